import {
  constants,
  createPrivateKey,
  createPublicKey,
  generatePrimeSync,
  type KeyObject,
  privateDecrypt,
  sign,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { Decrypter, Signer } from '../src/protocol/cms/index.ts'

const EXPONENT = 65537n
const PRIME_BITS = 1024

/** The key of a device. */
export interface RsaKey {
  readonly signer: Signer
  readonly decrypter: Decrypter
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
  /** RSAPublicKey, DER. */
  readonly rsaPublicKey: Uint8Array
}

/**
 * RSA-2048 keys without end, each another one. They share their primes, n of which make n(n-1)/2 keys, because
 * the usual way takes 50 ms a key: good for load, and for nothing else.
 */
export function* makeKeys(): Generator<RsaKey, never> {
  const primes: bigint[] = []
  for (;;) {
    const prime = makePrime()
    for (const other of primes) yield toRsaKey(composeKey(prime, other))
    primes.push(prime)
  }
}

// OpenSSL sets the two highest bits of a prime, so the product of two has all its bits.
const makePrime = (): bigint => {
  const prime = generatePrimeSync(PRIME_BITS, { bigint: true })
  return (prime - 1n) % EXPONENT === 0n ? makePrime() : prime
}

const composeKey = (p: bigint, q: bigint): KeyObject => {
  const d = invert(EXPONENT, (p - 1n) * (q - 1n))
  const numbers = { n: p * q, e: EXPONENT, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n) }
  const fields = Object.entries({ ...numbers, qi: invert(q, p) }).map(
    ([name, value]) => [name, toBase64Url(value)] as const,
  )
  return createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(fields) }, format: 'jwk' })
}

/** The inverse of a modulo m, by Euclid's extended algorithm. */
const invert = (a: bigint, m: bigint): bigint => {
  let [previous, rest] = [m, a % m]
  let [x, y] = [0n, 1n]
  while (rest !== 0n) {
    const quotient = previous / rest
    ;[previous, rest] = [rest, previous - quotient * rest]
    ;[x, y] = [y, x - quotient * y]
  }
  return x < 0n ? x + m : x
}

const toBase64Url = (value: bigint): string => {
  const digits = value.toString(16)
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex').toString('base64url')
}

const signOnThread = promisify(sign)

const toRsaKey = (key: KeyObject): RsaKey => {
  const publicObject = createPublicKey(key)
  const publicKey = publicObject.export({ type: 'spki', format: 'der' })
  return {
    publicKey,
    rsaPublicKey: publicObject.export({ type: 'pkcs1', format: 'der' }),
    signer: { algorithm: 'rsa', publicKey, sign: (data, hash) => signOnThread(hash, data, key) },
    decrypter: {
      publicKey,
      decrypt: (encryptedKey) =>
        privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, encryptedKey),
    },
  }
}
