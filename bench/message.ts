import { randomBytes } from 'node:crypto'
import { type Identity, signData } from '../src/protocol/cms/index.ts'
import { formatPlist } from '../src/protocol/plist/index.ts'
import { appleTransactionId, type PendingRequest, sealRequest } from '../src/protocol/scep/index.ts'
import {
  basicConstraints,
  type Certificate,
  decodeCertificate,
  encodeCertificate,
  encodeCertificateRequest,
  encodeCertificateRequestInfo,
  encodeName,
  encodeTbsCertificate,
  keyUsage,
} from '../src/protocol/x509/index.ts'
import type { RsaKey } from './key.ts'

const AN_HOUR = 3_600_000
const SUBJECT = encodeName([[['CN', 'bench.example']]])

/** A device's certificate of that CA, or one that its key signs itself. */
export const certify = async (
  { publicKey, signer }: Pick<RsaKey, 'publicKey' | 'signer'>,
  issuer?: Pick<Identity, 'certificate' | 'signer'>,
): Promise<Certificate> => {
  const tbs = encodeTbsCertificate({
    serialNumber: randomBytes(16),
    issuer: issuer?.certificate.subject ?? SUBJECT,
    subject: SUBJECT,
    notBefore: Date.now() - AN_HOUR,
    notAfter: Date.now() + AN_HOUR,
    publicKey,
    extensions: [basicConstraints({ ca: false }), keyUsage('digitalSignature', 'keyEncipherment')],
    signer: 'rsa',
  })
  const signature = await (issuer?.signer ?? signer).sign(tbs, 'sha256')
  return decodeCertificate(encodeCertificate(tbs, 'rsa', signature))
}

/** A PKCSReq as Apple's clients make it, AES-128 and SHA-256, and who signed it. */
export const makeRequest = async (
  key: RsaKey,
  { challenge, recipient }: { readonly challenge: string; readonly recipient: Certificate },
): Promise<{ readonly pending: PendingRequest; readonly signer: Certificate }> => {
  const { publicKey, signer } = key
  const info = encodeCertificateRequestInfo({
    subject: SUBJECT,
    publicKey,
    challengePassword: challenge,
  })
  const certificate = await certify(key)
  const pending = await sealRequest({
    certificateRequest: encodeCertificateRequest(info, 'rsa', await signer.sign(info, 'sha256')),
    recipient,
    identity: { certificate, chain: [], signer },
    transactionId: appleTransactionId(key.rsaPublicKey),
    cipher: 'aes-128-cbc',
    hash: 'sha256',
  })
  return { pending, signer: certificate }
}

/** What a device says of itself in phases 2 and 3, signed. */
export const sayAttributes = async (
  identity: Identity,
  attributes: Readonly<Record<string, string>>,
): Promise<Uint8Array> =>
  await signData({
    content: formatPlist(new Map(Object.entries(attributes))),
    identity,
    hash: 'sha256',
    signingTime: Date.now(),
  })
