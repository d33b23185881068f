import type { Certificate, Hash } from '../x509/index.ts'

/**
 * A private key that signs. Implemented where private keys exist: `keys` for the server, `sim` for a
 * simulated device; an HSM would implement it too.
 */
export interface Signer {
  readonly algorithm: 'rsa' | 'ecdsa'
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
  /** RSA: PKCS#1 v1.5. ECDSA: the DER form of RFC 3279 §2.2.3. Runs off the event loop. */
  sign(data: Uint8Array, hash: Hash): Promise<Uint8Array>
}

export type KeyTransport = 'rsaes-pkcs1-v1_5' | 'rsaes-oaep-sha1' | 'rsaes-oaep-sha256'

/** A private RSA key that opens the content-encryption keys of EnvelopedData (RFC 5652 §6.2.1). */
export interface Decrypter {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
  /**
   * Always returns `keyLength` bytes and never throws for bad input: wrong padding and a wrong length
   * yield random bytes, so that every failure shows at the same later place (RFC 3218 §2.3.2).
   */
  decrypt(encryptedKey: Uint8Array, transport: KeyTransport, keyLength: number): Uint8Array
}

/** A key that signs and the certificates that say whose it is. */
export interface Identity {
  readonly signer: Signer
  readonly certificate: Certificate
  /** What a receiver needs to reach a root: intermediates, without the root. */
  readonly chain: readonly Certificate[]
}
