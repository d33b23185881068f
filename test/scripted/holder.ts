import { randomBytes } from 'node:crypto'
import {
  createDecrypter,
  createSigner,
  exportPrivateKeyPem,
  type KeyType,
  makeKeyPair,
} from '../../src/keys/index.ts'
import type { Decrypter, Identity } from '../../src/protocol/cms/index.ts'
import {
  type Certificate,
  decodeCertificate,
  type Extension,
  encodeCertificate,
  encodeName,
  encodeTbsCertificate,
} from '../../src/protocol/x509/index.ts'

/** Somebody with a certificate and its key. */
export interface Holder extends Identity {
  readonly decrypter: Decrypter
  readonly keyPem: string
}

export interface HolderOptions {
  readonly name: string
  readonly extensions: readonly Extension[]
  /** Without it the certificate signs itself. */
  readonly issuer?: Holder
  readonly type?: KeyType
  /** Milliseconds since 1970. */
  readonly notAfter?: number
}

const AN_HOUR = 3_600_000

/** Makes a key and a certificate for it. */
export const makeHolder = async (options: HolderOptions): Promise<Holder> => {
  const { privateKey, publicKey } = await makeKeyPair(options.type ?? 'p-256')
  const signer = createSigner(privateKey)
  const certificate = await certify({ ...options, publicKey, issuer: options.issuer, signer })
  return {
    signer,
    certificate,
    chain: options.issuer === undefined ? [] : [options.issuer.certificate],
    decrypter:
      signer.algorithm === 'rsa' ? createDecrypter(privateKey) : { publicKey, decrypt: refuse },
    keyPem: exportPrivateKeyPem(privateKey),
  }
}

const refuse = (): never => {
  throw new Error('an EC key opens no envelope')
}

/** A certificate for a key that somebody else holds. */
export const issue = (
  issuer: Holder,
  options: Omit<HolderOptions, 'issuer' | 'type'> & { readonly publicKey: Uint8Array },
): Promise<Certificate> => certify({ ...options, issuer, signer: issuer.signer })

const certify = async (
  options: Omit<HolderOptions, 'issuer'> & {
    readonly publicKey: Uint8Array
    readonly issuer: Holder | undefined
    readonly signer: Identity['signer']
  },
): Promise<Certificate> => {
  const { name, extensions, publicKey, issuer, notAfter } = options
  const subject = encodeName([[['CN', name]]])
  const { signer } = issuer ?? options
  const tbs = encodeTbsCertificate({
    serialNumber: randomBytes(16),
    issuer: issuer?.certificate.subject ?? subject,
    subject,
    notBefore: Date.now() - 2 * AN_HOUR,
    notAfter: notAfter ?? Date.now() + AN_HOUR,
    publicKey,
    extensions,
    signer: signer.algorithm,
  })
  const signature = await signer.sign(tbs, 'sha256')
  return decodeCertificate(encodeCertificate(tbs, signer.algorithm, signature))
}
