import {
  decodeEnvelopedData,
  decodeSignedData,
  type Identity,
  signData,
} from '../../protocol/cms/index.ts'
import {
  appleTransactionId,
  openReply,
  type PendingRequest,
  type ScepReply,
  sealRequest,
} from '../../protocol/scep/index.ts'
import {
  encodeCertificateRequest,
  encodeCertificateRequestInfo,
  encodeName,
} from '../../protocol/x509/index.ts'
import { expectAnswer } from '../answer.ts'
import { describeCertificate } from '../facts.ts'
import { type IssuedIdentity, judgeIssued } from '../issued-identity.ts'
import type { RsaKey } from '../key.ts'
import { expectSuccess, pkiOperation } from '../pki-operation.ts'
import type { ScepAuthority } from '../scep-authority.ts'
import type { ScepInstruction } from '../scep-payload.ts'
import type { ScepSigner } from '../scep-signer.ts'
import { takeStep } from '../session.ts'
import { refuse } from '../sim-error.ts'
import type { HttpAnswer, HttpRequest } from '../transport.ts'
import type { Walk } from './walk.ts'

/** Of a walk: what a request for a certificate is made of. */
export type ScepTools = Pick<
  Walk,
  'session' | 'instruction' | 'authority' | 'choice' | 'key' | 'scepSigner'
>

/** A PKCSReq that is not sent yet, and all that is needed to read its answer. */
export interface ScepOrder {
  readonly pending: PendingRequest
  readonly authority: ScepAuthority
  readonly key: RsaKey
  readonly scepSigner: ScepSigner
  readonly keyUsage: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly content: Uint8Array
  readonly signer: Identity
  readonly sign: (content: Uint8Array, signer?: Identity) => Promise<Uint8Array>
  readonly request: (message: Uint8Array) => HttpRequest
}

/** A PKCSReq for the key of the walk. */
export const draftPkcsReq = async (
  tools: ScepTools,
  challenge: string | undefined,
): Promise<ScepOrder> => {
  const instruction = await tools.instruction()
  const authority = await tools.authority()
  const choice = await tools.choice()
  const key = await tools.key()
  const scepSigner = await tools.scepSigner()
  const { identity } = scepSigner
  const pending = await sealRequest({
    certificateRequest: await makeCertificateRequest(key, instruction, challenge),
    recipient: authority.recipient,
    identity,
    transactionId: appleTransactionId(key.rsaPublicKey),
    ...choice,
  })
  const { content = new Uint8Array(), attributes } = readOwn(pending.bytes)
  return {
    pending,
    authority,
    key,
    scepSigner,
    keyUsage: instruction.keyUsage,
    at: tools.session.now(),
    content,
    signer: identity,
    sign: (other, by = identity) =>
      signData({ content: other, identity: by, hash: choice.hash, attributes }),
    request: (message) => pkiOperation(instruction.url, message, choice),
  }
}

const makeCertificateRequest = async (
  { publicKey, signer }: RsaKey,
  { subject }: ScepInstruction,
  challenge: string | undefined,
): Promise<Uint8Array> => {
  const info = encodeCertificateRequestInfo({
    subject: encodeName(subject),
    publicKey,
    ...(challenge === undefined ? {} : { challengePassword: challenge }),
  })
  return encodeCertificateRequest(info, signer.algorithm, await signer.sign(info, 'sha256'))
}

// contentType, messageDigest and signingTime are made anew with every signature.
const CMS_ATTRIBUTE = /^1\.2\.840\.113549\.1\.9\.[345]$/

const readOwn = (bytes: Uint8Array) => {
  const { content, signerInfos } = decodeSignedData(bytes)
  const values = signerInfos[0]?.signedAttributes?.values ?? new Map()
  const attributes = [...values]
    .filter(([oid]) => !CMS_ATTRIBUTE.test(oid))
    .flatMap(([oid, [value]]) => (value === undefined ? [] : [{ oid, value: value.bytes }]))
  return { content, attributes }
}

/** What the CA says; ProtocolError where it is no answer to this request. */
export const readReply = (
  { pending, authority, scepSigner }: ScepOrder,
  answer: HttpAnswer,
): ScepReply => {
  const { identity, key } = scepSigner
  return openReply(expectAnswer(answer, 'application/x-pki-message'), {
    pending,
    signer: authority.recipient,
    recipient: { certificate: identity.certificate, decrypter: key.decrypter },
  })
}

/** The certificate that the answer brings, encrypted to the signer of the request and to nobody else. */
export const readIssued = (order: ScepOrder, answer: HttpAnswer): IssuedIdentity => {
  const certificates = expectSuccess(readReply(order, answer))
  const { content = new Uint8Array() } = decodeSignedData(answer.body)
  const { recipients, otherRecipients } = decodeEnvelopedData(content)
  if (recipients.length + otherRecipients !== 1) {
    throw refuse('envelope_recipient_count', 'the certificate is not for exactly one recipient')
  }
  const { key, authority, keyUsage, at } = order
  return judgeIssued(certificates, { key, ca: authority.ca, keyUsage, at })
}

/** Sends an honest request with a challenge and takes the certificate. */
export const requestIdentity = (
  tools: ScepTools,
  challenge?: string | undefined,
): Promise<IssuedIdentity> =>
  takeStep(tools.session, { step: 'pki_operation', title: 'Get a certificate' }, async (send) => {
    const order = await draftPkcsReq(tools, challenge ?? (await tools.instruction()).challenge)
    const answer = await send('pkioperation', order.request(order.pending.bytes))
    const value = readIssued(order, answer)
    const certificate = describeCertificate(value.identity.certificate)
    const summary = `${certificate.issuer} issued ${certificate.subject}`
    return { value, summary, detail: { certificate } }
  })
