import { createPrivateKey, type KeyObject, type PrivateKeyInput } from 'node:crypto'
import { ServiceError } from '../errors.ts'
import {
  findKeyFault,
  type KeyFault,
  PublicKey,
  STANDARD_KEY_POLICY,
} from '../protocol/x509/index.ts'
import { exportPublicKey } from './public-key.ts'

/** PKCS#8 DER, unencrypted: to be sealed before it is stored. */
export const exportPrivateKey = (key: KeyObject): Uint8Array =>
  key.export({ type: 'pkcs8', format: 'der' })

/** PKCS#8 PEM, unencrypted: for a TLS listener, which takes no other form. */
export const exportPrivateKeyPem = (key: KeyObject): string =>
  key.export({ type: 'pkcs8', format: 'pem' }).toString()

/**
 * Reads an RSA or EC key from PKCS#8 DER.
 * @throws ServiceError `key_malformed`, or the fault for which the key policy refuses it
 */
export const importPrivateKey = (pkcs8: Uint8Array): KeyObject =>
  importKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })

/**
 * Reads an RSA or EC key from PEM: PKCS#8, PKCS#1 or RFC 5915.
 * @throws ServiceError `key_malformed`, `key_encrypted`, or the fault for which the key policy refuses it
 */
export const importPrivateKeyPem = (pem: string): KeyObject => {
  // RFC 7468 §11 and RFC 1421 §4.6.1.1 mark an encrypted key with the same word.
  if (pem.includes('ENCRYPTED')) throw refusal('key_encrypted', 'the private key is encrypted')
  return importKey({ key: pem, format: 'pem' })
}

const importKey = (input: PrivateKeyInput): KeyObject => {
  const key = readKey(input)
  const fault = findPrivateKeyFault(key)
  if (fault !== undefined) throw refusal(fault, 'the private key is weak or of the wrong type')
  return key
}

const readKey = (input: PrivateKeyInput): KeyObject => {
  try {
    return createPrivateKey(input)
  } catch (cause) {
    throw refusal('key_malformed', 'this is not a private key', { cause })
  }
}

const findPrivateKeyFault = (key: KeyObject): KeyFault | undefined => {
  if (key.asymmetricKeyType !== 'rsa' && key.asymmetricKeyType !== 'ec') return 'key_type'
  return findKeyFault(new PublicKey(exportPublicKey(key)).parts, STANDARD_KEY_POLICY)
}

const refusal = (code: string, detail: string, options?: ErrorOptions): ServiceError =>
  new ServiceError('invalid', code, detail, options)
