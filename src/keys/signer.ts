import { type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { Hash, Signer } from '../protocol/cms/index.ts'
import { exportPublicKey } from './public-key.ts'

// With a callback node:crypto signs on libuv's threads.
const signOnThread = promisify(sign)

/**
 * Signs with a private RSA or EC key that this process holds. RSA leaves the event loop alone; ECDSA takes
 * less time than the way to a thread and back. The default encoding of an ECDSA signature is DER.
 */
export const createSigner = (key: KeyObject): Signer => {
  const algorithm = signatureAlgorithm(key)
  return {
    algorithm,
    publicKey: exportPublicKey(key),
    sign:
      algorithm === 'rsa'
        ? (data: Uint8Array, hash: Hash) => signOnThread(hash, data, key)
        : async (data: Uint8Array, hash: Hash) => sign(hash, data, key),
  }
}

const signatureAlgorithm = (key: KeyObject): Signer['algorithm'] => {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return 'rsa'
    case 'ec':
      return 'ecdsa'
    default:
      throw new TypeError('a signer needs an RSA or an EC key')
  }
}
