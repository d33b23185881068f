import { createPublicKey, type KeyObject } from 'node:crypto'

/** The SubjectPublicKeyInfo, DER, that belongs to a private key. */
export const exportPublicKey = (key: KeyObject): Uint8Array =>
  createPublicKey(key).export({ type: 'spki', format: 'der' })
