import { type KeyObject, randomBytes, sign } from 'node:crypto'
import { type Cipher, sealEnvelopedData } from '../src/protocol/cms/index.ts'
import { getString, type PlistDict } from '../src/protocol/plist/index.ts'
import {
  decodeCertificates,
  openReply,
  type PendingRequest,
  type ScepReply,
} from '../src/protocol/scep/index.ts'
import {
  allowsKeyUsage,
  type Certificate,
  type DistinguishedName,
  decodeCertificate,
  encodeCertificateRequest,
  encodeCertificateRequestInfo,
  encodeName,
  type Hash,
  isCa,
} from '../src/protocol/x509/index.ts'
import {
  algorithmOf,
  type Holder,
  makeDecrypter,
  makeHolder,
  makeSigner,
  publicKeyOf,
} from './codec/holder.ts'
import {
  messageTypeAttribute,
  pkiMessage,
  senderNonceAttribute,
  transactionIdAttribute,
} from './codec/pki-message.ts'
import { type Answer, type Reachable, request } from './request.ts'

/** What GetCACert answers, as certificates. */
export const caCertificates = async (server: Reachable): Promise<readonly Certificate[]> => {
  const { headers, body } = await request(server, '/scep?operation=GetCACert')
  return headers['content-type'] === 'application/x-x509-ca-cert'
    ? [decodeCertificate(body)]
    : decodeCertificates(body)
}

/** Whom requests are encrypted to: the RA, or the CA where it stands alone. */
export const recipientOf = (certificates: readonly Certificate[]): Certificate => {
  const [only, ...more] = certificates
  const ra = certificates.find(
    (certificate) =>
      !isCa(certificate) && allowsKeyUsage(certificate.extensions, 'keyEncipherment'),
  )
  const found = more.length === 0 ? only : ra
  if (found === undefined) throw new Error('nobody to encrypt to')
  return found
}

export interface PkcsReqOptions {
  readonly caCertificates: readonly Certificate[]
  /** The key that is to be certified. */
  readonly key: KeyObject
  readonly challenge?: string | undefined
  readonly subject?: DistinguishedName
  /** Who signs the pkiMessage; by default a certificate of the same key, made for this message. */
  readonly signer?: Holder
  readonly cipher?: Cipher
  readonly hash?: Hash
  readonly messageType?: string
  readonly transactionId?: string
}

/** A pkiMessage, and what is needed to read its answer. */
export interface TestRequest extends PendingRequest {
  readonly key: KeyObject
  readonly signer: Holder
  readonly responder: Certificate
}

/** A pkiMessage with a certificate request in it: PKCSReq unless `messageType` says otherwise. */
export const pkcsReq = (options: PkcsReqOptions): TestRequest => {
  const { key, challenge, subject = [[['CN', 'device']]], hash = 'sha256' } = options
  const { signer = makeHolder({ key }), cipher = 'aes-128-cbc' } = options
  const transactionId = options.transactionId ?? randomBytes(20).toString('hex').toUpperCase()
  const senderNonce = randomBytes(16)
  const recipient = recipientOf(options.caCertificates)
  const envelope = sealEnvelopedData(certificateRequest(key, { challenge, subject }), {
    recipient,
    cipher,
  })
  const bytes = pkiMessage(envelope, signer, {
    hash,
    attributes: [
      messageTypeAttribute(options.messageType),
      transactionIdAttribute(transactionId),
      senderNonceAttribute(senderNonce),
    ],
  })
  return { bytes, transactionId, senderNonce, key, signer, responder: recipient }
}

const certificateRequest = (
  key: KeyObject,
  { challenge, subject }: { challenge: string | undefined; subject: DistinguishedName },
): Uint8Array => {
  const info = encodeCertificateRequestInfo({
    subject: encodeName(subject),
    publicKey: publicKeyOf(key),
    ...(challenge === undefined ? {} : { challengePassword: challenge }),
  })
  return encodeCertificateRequest(info, algorithmOf(key), sign('sha256', info, key))
}

export const postScep = async (
  server: Reachable,
  { bytes }: Pick<TestRequest, 'bytes'>,
  path = '/scep',
): Promise<Answer> =>
  await request(server, `${path}?operation=PKIOperation`, { method: 'POST', body: bytes })

/** Reads a CertRep as its requester does. */
export const readReply = (pending: TestRequest, { body }: Answer): ScepReply => {
  const { signer, responder } = pending
  const recipient = { certificate: signer.certificate, decrypter: makeDecrypter(signer.key) }
  return openReply(body, { pending, signer: responder, recipient })
}

/** The holder of the certificate that a successful answer brings. */
export const issuedTo = (pending: TestRequest, answer: Answer): Holder => {
  const reply = readReply(pending, answer)
  const certificate = reply.kind === 'success' ? reply.certificates[0] : undefined
  if (certificate === undefined) throw new Error(`no certificate: ${JSON.stringify(reply)}`)
  return { key: pending.key, certificate, chain: [], signer: makeSigner(pending.key) }
}

/** Asks by SCEP for what a SCEP payload says, with this key. */
export const certify = async (
  server: Reachable,
  payload: PlistDict,
  options: Pick<PkcsReqOptions, 'key'> & Partial<PkcsReqOptions>,
): Promise<Holder> => {
  const pending = pkcsReq({
    caCertificates: await caCertificates(server),
    challenge: getString(payload, 'Challenge'),
    ...options,
  })
  return issuedTo(pending, await postScep(server, pending))
}
