import {
  constants,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  randomBytes,
  sign,
} from 'node:crypto'
import type { Decrypter, Hash, Identity, Signer } from '../../src/protocol/cms/index.ts'
import {
  authorityKeyIdentifier,
  type DistinguishedName,
  decodeCertificate,
  type Extension,
  encodeCertificate,
  encodeName,
  encodeTbsCertificate,
  PublicKey,
  subjectKeyIdentifier,
} from '../../src/protocol/x509/index.ts'

export type KeyKind = 'rsa-1024' | 'rsa-2048' | 'p-256'

/** A fresh private key. */
export const makeKey = (kind: KeyKind): KeyObject =>
  kind === 'p-256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    : generateKeyPairSync('rsa', { modulusLength: Number(kind.slice(4)) }).privateKey

/** SubjectPublicKeyInfo of a private key, DER. */
export const publicKeyOf = (key: KeyObject): Uint8Array =>
  createPublicKey(key).export({ type: 'spki', format: 'der' })

/** Somebody with a key and a certificate for it. */
export interface Holder extends Identity {
  readonly key: KeyObject
}

export interface HolderOptions {
  readonly key: KeyObject
  readonly subject?: DistinguishedName
  /** Without one the certificate is self-signed. */
  readonly issuer?: Holder
  readonly serialNumber?: Uint8Array
  readonly extensions?: readonly Extension[]
  /** SubjectKeyIdentifier, where it is not to be that of the key. */
  readonly keyIdentifier?: Uint8Array
  /** Milliseconds since 1970; by default 2020 to 2040. */
  readonly notBefore?: number
  readonly notAfter?: number
}

export const NOT_BEFORE = Date.UTC(2020, 0, 1)
export const NOT_AFTER = Date.UTC(2040, 0, 1)

/** Certifies a key: with key identifiers and what `extensions` adds or has otherwise. */
export const makeHolder = (options: HolderOptions): Holder => {
  const { key, issuer, subject = [[['CN', 'holder']]], extensions = [] } = options
  const publicKey = new PublicKey(publicKeyOf(key))
  const name = encodeName(subject)
  const tbs = encodeTbsCertificate({
    serialNumber: options.serialNumber ?? Uint8Array.of(1),
    issuer: issuer?.certificate.subject ?? name,
    subject: name,
    notBefore: options.notBefore ?? NOT_BEFORE,
    notAfter: options.notAfter ?? NOT_AFTER,
    publicKey: publicKey.bytes,
    extensions: [
      ...[
        subjectKeyIdentifier(options.keyIdentifier ?? publicKey.identifier),
        authorityKeyIdentifier((issuer?.certificate.publicKey ?? publicKey).identifier),
      ].filter(({ oid }) => !extensions.some((extension) => extension.oid === oid)),
      ...extensions,
    ],
    signer: algorithmOf(issuer?.key ?? key),
  })
  const signature = sign('sha256', tbs, issuer?.key ?? key)
  const bytes = encodeCertificate(tbs, algorithmOf(issuer?.key ?? key), signature)
  return { key, signer: makeSigner(key), certificate: decodeCertificate(bytes), chain: [] }
}

export const algorithmOf = (key: KeyObject): 'rsa' | 'ecdsa' =>
  key.asymmetricKeyType === 'ec' ? 'ecdsa' : 'rsa'

export const makeSigner = (key: KeyObject): Signer => ({
  algorithm: algorithmOf(key),
  publicKey: publicKeyOf(key),
  sign: async (data: Uint8Array, hash: Hash) => sign(hash, data, key),
})

/** Opens content keys as the interface demands: random bytes for whatever is wrong. */
export const makeDecrypter = (key: KeyObject): Decrypter => ({
  publicKey: publicKeyOf(key),
  decrypt: (encryptedKey, transport, keyLength) => {
    const random = randomBytes(keyLength)
    const padding =
      transport === 'rsaes-pkcs1-v1_5'
        ? { padding: constants.RSA_PKCS1_PADDING }
        : { oaepHash: transport.slice('rsaes-oaep-'.length) }
    try {
      const opened = privateDecrypt({ key, ...padding }, encryptedKey)
      return opened.length === keyLength ? opened : random
    } catch {
      return random
    }
  },
})
