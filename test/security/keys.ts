import { createPrivateKey, generatePrimeSync, type KeyObject } from 'node:crypto'

const E = 65537n

/**
 * `count` RSA-2048 keys of different moduli. They are the products of few primes, which nobody must do outside a
 * test: making every key by itself takes forty times as long.
 */
export const manyKeys = (count: number): readonly KeyObject[] => {
  const primes: bigint[] = []
  const keys: KeyObject[] = []
  while (keys.length < count) {
    const fresh = generatePrimeSync(1024, { bigint: true })
    if ((fresh - 1n) % E === 0n) continue
    for (const prime of primes) keys.push(rsaKey(fresh, prime))
    primes.push(fresh)
  }
  return keys.slice(0, count)
}

/** The RSA key of two primes. */
export const rsaKey = (p: bigint, q: bigint, e = E): KeyObject => {
  const phi = (p - 1n) * (q - 1n)
  const d = inverse(e, phi)
  const numbers = { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) }
  const jwk = Object.entries(numbers).map(([name, value]) => [name, toBase64Url(value)])
  return createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(jwk) }, format: 'jwk' })
}

// Euclid, extended.
const inverse = (value: bigint, modulus: bigint): bigint => {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n]
  while (a > 1n) {
    const quotient = b / a
    ;[a, b, x, y] = [b % a, a, y - quotient * x, x]
  }
  return ((x % modulus) + modulus) % modulus
}

const toBase64Url = (value: bigint): string => {
  const digits = value.toString(16)
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex').toString('base64url')
}
