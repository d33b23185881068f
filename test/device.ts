import { createPrivateKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import { der } from '../src/protocol/asn1/index.ts'
import {
  type Cipher,
  decodeEnvelopedData,
  openEnvelopedData,
  sealEnvelopedData,
  verifySignedData,
} from '../src/protocol/cms/index.ts'
import {
  dict,
  expectDict,
  formatPlist,
  getArray,
  getData,
  getDict,
  getString,
  type PlistDict,
  type PlistValue,
  parsePlist,
} from '../src/protocol/plist/index.ts'
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
  keyUsage,
} from '../src/protocol/x509/index.ts'
import {
  algorithmOf,
  type Holder,
  makeDecrypter,
  makeHolder,
  makeKey,
  makeSigner,
  publicKeyOf,
} from './codec/holder.ts'
import { signedAttributes, signedData, signedDataIndefinite, signerInfo } from './codec/message.ts'
import {
  messageTypeAttribute,
  pkiMessage,
  senderNonceAttribute,
  transactionIdAttribute,
} from './codec/pki-message.ts'
import { ACCOUNT, type TestServer } from './harness.ts'
import { type Answer, type Reachable, request } from './request.ts'

/** The header of HTTP Basic. */
export const basic = ({ name, password }: { name: string; password: string } = ACCOUNT) => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
})

/** What is inside a signed profile. The signature must be good; by whom is for the caller to ask. */
export const openProfile = (bytes: Uint8Array): PlistDict =>
  expectDict(
    parsePlist(
      verifySignedData(bytes, { signedAttributes: 'required', hashes: ['sha256'] }).content,
    ),
  )

/** Signs in by HTTP Basic and reads the challenge of phase 1. */
export const offeredChallenge = async (server: Reachable, account = ACCOUNT): Promise<string> => {
  const { body } = await request(server, '/enroll', { headers: basic(account) })
  const content = getDict(openProfile(body), 'PayloadContent')
  return (content && getString(content, 'Challenge')) ?? ''
}

/** Device attributes by Apple's names; those that are undefined are not sent. */
type Attributes = Readonly<Record<string, PlistValue | undefined>>

/** A device as the messages that it sends. */
export interface TestDevice {
  readonly attributes: Attributes
  /** Stands in for what Apple puts into a device. */
  readonly identity: Holder
}

// Devices differ by their certificates; one key makes them cheap.
const deviceKey = makeKey('rsa-2048')

/** An iPhone of the server's simulated device CA with attributes of its own. */
export const makeDevice = (
  { authority }: Pick<TestServer, 'authority'>,
  attributes: Attributes = {},
): TestDevice => {
  const { certificate, key } = authority
  const issuer = { certificate, chain: [], signer: key.signer, key: createPrivateKey(key.toPem()) }
  const name = randomBytes(8).toString('hex').toUpperCase()
  const identity = makeHolder({
    key: deviceKey,
    issuer,
    subject: [[['CN', name]], [['O', 'Apple Inc.']], [['OU', 'iPhone']]],
    serialNumber: Buffer.concat([Uint8Array.of(1), randomBytes(8)]),
    extensions: [keyUsage('digitalSignature', 'keyEncipherment')],
  })
  return {
    identity,
    attributes: {
      UDID: `00008120-${name}`,
      SERIAL: name.slice(0, 10),
      PRODUCT: 'iPhone15,2',
      VERSION: '23B85',
      IMEI: '351234567890126',
      ...attributes,
    },
  }
}

export interface ProfileRequestOptions {
  /** Attributes that are other than the device's, beside `CHALLENGE`; undefined leaves one out. */
  readonly changes?: Attributes
  readonly signer?: Holder
  readonly hash?: Hash
  /** Both are Apple's: signed attributes in DER, or none and BER of indefinite length. */
  readonly shape?: 'signed-attributes' | 'bare'
}

/** The body of a POST to `/profile`. */
export const profileRequest = (
  { attributes, identity }: TestDevice,
  options: ProfileRequestOptions = {},
): Uint8Array => {
  const { changes, signer = identity, hash = 'sha256', shape = 'signed-attributes' } = options
  const content = formatPlist(dict({ ...attributes, ...changes }))
  const message = { certificates: [signer.certificate.bytes], content: der.octetString(content) }
  if (shape === 'bare') {
    return signedDataIndefinite({
      ...message,
      signerInfos: [signerInfo(signer, content, { hash })],
    })
  }
  const signed = { hash, attributes: signedAttributes(content, hash) }
  return signedData({ ...message, signerInfos: [signerInfo(signer, content, signed)] })
}

export const postProfile = async (server: Reachable, body: Uint8Array): Promise<Answer> => {
  const headers = { 'content-type': 'application/pkcs7-signature' }
  return await request(server, '/profile', { method: 'POST', headers, body })
}

/** Phase 2, with the challenge of phase 1. */
export const postPhase2 = async (
  server: Reachable,
  device: TestDevice,
  { challenge, changes, ...options }: ProfileRequestOptions & { readonly challenge: string },
): Promise<Answer> => {
  const message = { ...options, changes: { CHALLENGE: challenge, ...changes } }
  return await postProfile(server, profileRequest(device, message))
}

/** Phase 3, signed with what SCEP brought. */
export const postPhase3 = async (
  server: Reachable,
  device: TestDevice,
  options: ProfileRequestOptions & { readonly signer: Holder },
): Promise<Answer> => await postProfile(server, profileRequest(device, options))

/** The content of the one SCEP payload in the signed profile of phase 2. */
export const scepPayloadOf = (profile: Uint8Array): PlistDict => {
  const [payload] = getArray(openProfile(profile), 'PayloadContent') ?? []
  const content = payload === undefined ? undefined : getDict(expectDict(payload), 'PayloadContent')
  if (content === undefined) throw new Error('a SCEP payload was expected')
  return content
}

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

/** Phase 1 to SCEP without a fault: the identity that opens phase 3. */
export const obtainIdentity = async (
  server: Reachable,
  device: TestDevice,
  options: Pick<PkcsReqOptions, 'key'> & Partial<PkcsReqOptions>,
): Promise<Holder> => {
  const { body } = await postPhase2(server, device, { challenge: await offeredChallenge(server) })
  return await certify(server, scepPayloadOf(body), options)
}

/** The payloads of the final profile, opened with the key that it is encrypted to. */
export const openPayloads = (profile: Uint8Array, holder: Holder): readonly PlistDict[] => {
  const envelope = getData(openProfile(profile), 'EncryptedPayloadContent') ?? new Uint8Array()
  const recipient = { certificate: holder.certificate, decrypter: makeDecrypter(holder.key) }
  const payloads = parsePlist(openEnvelopedData(decodeEnvelopedData(envelope), recipient))
  if (!Array.isArray(payloads)) throw new Error('an array of payloads was expected')
  return payloads.map((payload: PlistValue) => expectDict(payload))
}
