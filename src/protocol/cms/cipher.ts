import { createSecretKey, type KeyObject } from 'node:crypto'

/** Content encryption (RFC 3370 §5.1, RFC 3565): all of them CBC with PKCS#7 padding. */
export type Cipher = 'aes-128-cbc' | 'aes-192-cbc' | 'aes-256-cbc' | 'des-ede3-cbc' | 'des-cbc'

export interface CipherFacts {
  readonly oid: string
  /** Bytes. */
  readonly keyLength: number
  readonly ivLength: number
}

export const CIPHERS: Readonly<Record<Cipher, CipherFacts>> = {
  'aes-128-cbc': { oid: '2.16.840.1.101.3.4.1.2', keyLength: 16, ivLength: 16 },
  'aes-192-cbc': { oid: '2.16.840.1.101.3.4.1.22', keyLength: 24, ivLength: 16 },
  'aes-256-cbc': { oid: '2.16.840.1.101.3.4.1.42', keyLength: 32, ivLength: 16 },
  'des-ede3-cbc': { oid: '1.2.840.113549.3.7', keyLength: 24, ivLength: 8 },
  'des-cbc': { oid: '1.3.14.3.2.7', keyLength: 8, ivLength: 8 },
}

const BY_OID = new Map<string, Cipher>([
  [CIPHERS['aes-128-cbc'].oid, 'aes-128-cbc'],
  [CIPHERS['aes-192-cbc'].oid, 'aes-192-cbc'],
  [CIPHERS['aes-256-cbc'].oid, 'aes-256-cbc'],
  [CIPHERS['des-ede3-cbc'].oid, 'des-ede3-cbc'],
  [CIPHERS['des-cbc'].oid, 'des-cbc'],
])

export const findCipher = (oid: string): Cipher | undefined => BY_OID.get(oid)

/** The name and key under which `node:crypto` runs the cipher: single DES is 3DES with one key thrice. */
export const nodeCipher = (cipher: Cipher, key: Uint8Array): [name: string, key: KeyObject] =>
  cipher === 'des-cbc'
    ? ['des-ede3-cbc', createSecretKey(Buffer.concat([key, key, key]))]
    : [cipher, createSecretKey(key)]
