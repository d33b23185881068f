import {
  constants,
  createPublicKey,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  type RsaPrivateKey,
  randomBytes,
} from 'node:crypto'
import type { Decrypter, KeyTransport } from '../protocol/cms/index.ts'
import { exportPublicKey } from './public-key.ts'

const PADDINGS = {
  'rsaes-pkcs1-v1_5': { padding: constants.RSA_PKCS1_PADDING },
  'rsaes-oaep-sha1': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
  'rsaes-oaep-sha256': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
} as const satisfies Record<KeyTransport, Omit<RsaPrivateKey, 'key'>>

/**
 * Opens content-encryption keys with a private RSA key that this process holds; the one place that decrypts
 * PKCS#1 v1.5.
 *
 * Whoever sends ciphertexts must not learn whether their padding was right (Bleichenbacher's attack). OpenSSL
 * answers wrong padding with pseudo-random bytes; a wrong length and everything that throws is answered with
 * random bytes here, chosen beforehand (RFC 3218 §2.3.2). A ciphertext that is empty, too long or not below the
 * modulus is no number that the key could open, as everybody can see; it takes the time of one all the same.
 */
export const createDecrypter = (key: KeyObject): Decrypter => {
  if (key.asymmetricKeyType !== 'rsa') throw new TypeError('a decrypter needs an RSA key')
  assertImplicitRejection(key)
  const modulus = modulusOf(key)
  const standIn = publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, new Uint8Array())
  return {
    publicKey: exportPublicKey(key),
    decrypt: (encryptedKey, transport, keyLength) => {
      const random = randomBytes(keyLength)
      const isNumber = encryptedKey.length > 0 && isBelow(encryptedKey, modulus)
      const opened = open({ key, ...PADDINGS[transport] }, isNumber ? encryptedKey : standIn)
      return select(isNumber && opened.length === keyLength, opened, random)
    },
  }
}

const modulusOf = (key: KeyObject): Uint8Array =>
  Buffer.from(createPublicKey(key).export({ format: 'jwk' }).n ?? '', 'base64url')

/** Whether `bytes`, which may lack leading zeros, are a smaller number than `modulus`. */
const isBelow = (bytes: Uint8Array, modulus: Uint8Array): boolean =>
  bytes.length < modulus.length ||
  (bytes.length === modulus.length && Buffer.compare(bytes, modulus) < 0)

/**
 * Proves that the OpenSSL below rejects PKCS#1 v1.5 padding implicitly (≥ 3.2 does): a wrongly padded
 * ciphertext must decrypt to the same bytes twice, without an error.
 * @throws Error if it does not; windfall must not start then
 */
export const assertImplicitRejection = (key: KeyObject): void => {
  const size = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  // 00 01 … is the padding of a signature.
  const block = Buffer.alloc(size, 0xff)
  block.set([0, 1])
  const input = { key, padding: constants.RSA_PKCS1_PADDING }
  const ciphertext = publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, block)
  try {
    if (privateDecrypt(input, ciphertext).equals(privateDecrypt(input, ciphertext))) return
  } catch (cause) {
    throw new Error('this build of Node does not reject RSA padding implicitly', { cause })
  }
  throw new Error('this build of Node does not reject RSA padding deterministically')
}

const open = (input: RsaPrivateKey, ciphertext: Uint8Array): Uint8Array => {
  try {
    return privateDecrypt(input, ciphertext)
  } catch {
    return new Uint8Array()
  }
}

/** `chosen` if `condition`, else `other`, by the same operations on every byte. */
const select = (condition: boolean, chosen: Uint8Array, other: Uint8Array): Uint8Array => {
  const mask = -Number(condition)
  return other.map((byte, index) => (byte & ~mask) | ((chosen[index] ?? 0) & mask))
}
