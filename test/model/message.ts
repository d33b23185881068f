import { randomBytes } from 'node:crypto'
import { der } from '../../src/protocol/asn1/index.ts'
import { sealEnvelopedData } from '../../src/protocol/cms/index.ts'
import { dict, formatPlist, getDict, getString } from '../../src/protocol/plist/index.ts'
import type { Certificate } from '../../src/protocol/x509/index.ts'
import { flip } from '../codec/damage.ts'
import type { Holder } from '../codec/holder.ts'
import {
  certificateRequest,
  messageTypeAttribute,
  senderNonceAttribute,
  transactionIdAttribute,
} from '../codec/pki-message.ts'
import {
  openPayloads,
  openProfile,
  profileRequest,
  refusalOf,
  scepPayloadOf,
  type TestDevice,
} from '../device.ts'
import type { Answer } from '../request.ts'
import { readReply, recipientOf, type TestRequest } from '../scep-client.ts'
import { craftCsr } from '../security/crafted.ts'
import { honest, signed } from '../security/entry.ts'
import type { Cast, KeyName } from './cast.ts'
import type { Damage, RequestFault } from './move.ts'
import { GRANTED } from './oracle.ts'
import type { Sent, Stage } from './stage.ts'

/** What a damaged message is told: by `/profile`, and in a CertRep where one can be addressed. */
export const DAMAGED: Readonly<Record<Damage, { profile: string; scep: string }>> = {
  content: {
    profile: '400 cms_message_digest',
    scep: 'badMessageCheck: the content is not the one that was signed',
  },
  signature: {
    profile: '400 cms_signature',
    scep: 'badMessageCheck: the signature is not good',
  },
  'no-certificate': {
    profile: '400 cms_signer_certificate',
    scep: "badMessageCheck: the signer's certificate is missing",
  },
  unsigned: { profile: '400 cms_signer_count', scep: '400 cms_signer_count' },
  'two-signers': { profile: '400 cms_signer_count', scep: '400 cms_signer_count' },
  cut: { profile: '400 asn1', scep: '400 asn1' },
}

/** A device of before the oldest system that the model's servers take. */
const OLD_BUILD = '20A362'

interface Signing {
  readonly content: Uint8Array
  readonly signer: Holder
  readonly attributes: readonly Uint8Array[]
}

const sign = (signing: Signing, damage: Damage | undefined, stranger: Holder): Uint8Array => {
  const { content, signer, attributes } = signing
  switch (damage) {
    case undefined:
      return honest(signing)
    case 'content': {
      const other = flip(content, content.length >> 1)
      return honest(signing, { content: der.octetString(other) })
    }
    case 'signature':
      return honest(signing, { signerInfos: [signed(signing, { signed: content })] })
    case 'unsigned':
      return honest(signing, { signerInfos: [] })
    case 'two-signers': {
      const second = signed({ content, signer: stranger, attributes })
      const certificates = [signer, stranger].map(({ certificate }) => certificate.bytes)
      return honest(signing, { signerInfos: [signed(signing), second], certificates })
    }
    case 'no-certificate':
      return honest(signing, { certificates: [] })
    case 'cut':
      return honest(signing).subarray(0, -9)
    default:
      return damage satisfies never
  }
}

export interface ProfileMessage {
  readonly attributes: TestDevice['attributes']
  readonly signer: Holder
  readonly secret: string | undefined
  readonly isOld: boolean
  readonly isBare: boolean
  readonly damage: Damage | undefined
}

/** A POST to `/profile`. */
export const profileMessage = ({ stranger }: Cast, message: ProfileMessage): Sent => {
  const { signer, secret, isOld, isBare, damage } = message
  const attributes = {
    ...message.attributes,
    CHALLENGE: secret,
    ...(isOld ? { VERSION: OLD_BUILD } : {}),
  }
  const content = formatPlist(dict(attributes))
  const body =
    isBare && damage === undefined
      ? profileRequest({ attributes, identity: signer }, { shape: 'bare', hash: 'sha1' })
      : sign({ content, signer, attributes: [] }, damage, stranger)
  return { method: 'POST', path: '/profile', body }
}

export interface RequestMessage {
  readonly key: KeyName
  readonly signer: KeyName
  readonly secret: string | undefined
  readonly fault: RequestFault | undefined
  readonly damage: Damage | undefined
}

/** A PKCSReq and what is needed to read its answer. */
export const requestMessage = (
  { ca }: Pick<Stage, 'ca'>,
  { keys, stranger }: Cast,
  message: RequestMessage,
): TestRequest => {
  const { key } = keys[message.key]
  const signer = keys[message.signer]
  const { secret, fault, damage } = message
  const responder = recipientOf(ca)
  const challenge = secret === undefined ? {} : { challenge: secret }
  const csr =
    fault === 'request-signature'
      ? certificateRequest({ key }, { key: stranger.key })
      : craftCsr(key, challenge)
  const recipient = fault === 'envelope' ? stranger.certificate : responder
  const transactionId = randomBytes(20).toString('hex')
  const senderNonce = randomBytes(16)
  const signing = {
    content: sealEnvelopedData(csr, { recipient, cipher: 'aes-128-cbc' }),
    signer,
    attributes: [
      messageTypeAttribute(fault === 'message-type' ? '18' : '19'),
      transactionIdAttribute(transactionId),
      senderNonceAttribute(senderNonce),
    ],
  }
  const bytes = sign(signing, damage, stranger)
  return { bytes, transactionId, senderNonce, key, signer, responder }
}

/** What a PKCSReq is told whose signature is good and whose inside is not. */
export const FAULTY: Readonly<Record<RequestFault, string>> = {
  'message-type': 'badRequest: unknown messageType',
  'request-signature': 'badMessageCheck: the request cannot be read',
  envelope: 'badMessageCheck: the request cannot be read',
}

export const pkiOperation = ({ bytes }: TestRequest, byGet: boolean): Sent => {
  const path = '/scep?operation=PKIOperation'
  if (!byGet) return { method: 'POST', path, body: bytes }
  const message = encodeURIComponent(Buffer.from(bytes).toString('base64'))
  return { path: `${path}&message=${message}` }
}

/** The outcome of what is answered with a page: its status, or that it is none. */
export const readPageOutcome = ({ status }: Answer): string =>
  status === 200 ? GRANTED : String(status)

/** The outcome of a message to `/profile`. */
export const readProfileOutcome = (answer: Answer): string =>
  answer.status === 200 ? GRANTED : refusalOf(answer).replace(/ asn1_.*/, ' asn1')

/** The outcome of a PKIOperation, and the certificate that it brought. */
export const readRequestAnswer = (
  pending: TestRequest,
  answer: Answer,
): { readonly outcome: string; readonly certificate?: Certificate | undefined } => {
  if (answer.status !== 200) return { outcome: readProfileOutcome(answer) }
  const reply = readReply(pending, answer)
  switch (reply.kind) {
    case 'success':
      return { outcome: GRANTED, certificate: reply.certificates[0] }
    case 'failure':
      return { outcome: `${reply.failInfo}: ${reply.text}` }
    case 'pending':
      return { outcome: reply.kind }
    default:
      return reply satisfies never
  }
}

/** The challenge in the profile of phase 1. */
export const readOffer = ({ body }: Answer): string => {
  const content = getDict(openProfile(body), 'PayloadContent')
  return requireText(content && getString(content, 'Challenge'))
}

/** The challenges in the profiles of phases 2 and 3. */
export const profileReader = {
  identity: ({ body }: Answer): string => requireText(getString(scepPayloadOf(body), 'Challenge')),
  service: ({ body }: Answer, holder: Holder): string => {
    const [clip, scep, ...more] = openPayloads(body, holder)
    if (clip === undefined || more.length > 0) throw new Error('two payloads were expected')
    const content = scep && getDict(scep, 'PayloadContent')
    return requireText(content && getString(content, 'Challenge'))
  },
}

const requireText = (text: string | undefined): string => {
  if (!text) throw new Error('a profile holds no challenge')
  return text
}
