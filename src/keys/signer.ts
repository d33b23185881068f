import { type KeyObject, type SignKeyObjectInput, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { Hash, Signer } from '../protocol/cms/index.ts'
import { exportPublicKey } from './public-key.ts'

// With a callback node:crypto signs on libuv's threads, so that an RSA operation does not stop the event loop.
const signOnThread = promisify(sign)

/** Signs with a private RSA or EC key that this process holds. */
export const createSigner = (key: KeyObject): Signer => {
  const input: SignKeyObjectInput = { key, dsaEncoding: 'der' }
  return {
    algorithm: signatureAlgorithm(key),
    publicKey: exportPublicKey(key),
    sign: (data: Uint8Array, hash: Hash) => signOnThread(hash, data, input),
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
