import { generateKeyPair as generate, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { exportPublicKey } from './public-key.ts'

export type KeyType = 'p-256' | 'rsa-2048' | 'rsa-3072'

type KeyPair = {
  readonly privateKey: KeyObject
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
}

const generateOnThread = promisify(generate)

/** Makes a key pair off the event loop: P-256 in under a millisecond, RSA in a tenth of a second or more. */
export const makeKeyPair = async (type: KeyType): Promise<KeyPair> => {
  const { privateKey } = await generatePrivateKey(type)
  return { privateKey, publicKey: exportPublicKey(privateKey) }
}

const generatePrivateKey = (type: KeyType): Promise<{ privateKey: KeyObject }> => {
  switch (type) {
    case 'p-256':
      return generateOnThread('ec', { namedCurve: 'P-256' })
    case 'rsa-2048':
      return generateOnThread('rsa', { modulusLength: 2048 })
    case 'rsa-3072':
      return generateOnThread('rsa', { modulusLength: 3072 })
  }
  return type satisfies never
}
