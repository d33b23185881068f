import assert from 'node:assert/strict'
import { der } from '../../src/protocol/asn1/index.ts'
import { decodeSignedData, encodeCertificatesOnly } from '../../src/protocol/cms/index.ts'
import {
  decodeIdentifier,
  decodeMessage,
  openReply,
  openRequest,
  parseScepQuery,
  sealFailure,
  sealSuccess,
} from '../../src/protocol/scep/index.ts'
import { decodeCertificateRequest, STANDARD_KEY_POLICY } from '../../src/protocol/x509/index.ts'
import { listFixtures, readFixture } from '../codec/fixture.ts'
import { makeDecrypter } from '../codec/holder.ts'
import {
  certificateRequest,
  messageTypeAttribute,
  pkiMessage,
  senderNonceAttribute,
  transactionIdAttribute,
} from '../codec/pki-message.ts'
import { mutateBytes, pick, type Random } from '../mutate.ts'
import { mutateBer } from './ber-mutation.ts'
import { readDictionary } from './dictionary.ts'
import { ec, responder, rsa } from './holders.ts'
import { attributeSet, sealFor, signInfo, signSet } from './pki-wrap.ts'
import { attempt, type Shape, type Verdict } from './target.ts'

/** The attributes of a PKCSReq beside those of CMS. */
export const PKCS_REQ: readonly Uint8Array[] = [
  messageTypeAttribute(),
  transactionIdAttribute(),
  senderNonceAttribute(),
]

const request = certificateRequest(rsa)
const seal = sealFor(responder.certificate)
const envelope = seal(request)
const wrap = (content: Uint8Array): Uint8Array => pkiMessage(content, rsa)

const captures = [
  ...listFixtures('scep/client').map((file) => `scep/client/${file}`),
  'scep/micromdm-PKCSReq.der',
  'scep/commandment-mdmclient-PKIOperation.der',
  'scep/jscep-req0.der',
  'scep/jscep-req2.der',
].filter((file) => file.endsWith('.der'))

/** Messages of other programs. */
export const CAPTURES: readonly Uint8Array[] = captures.map(readFixture)

const MESSAGES = [wrap(envelope), pkiMessage(envelope, ec), ...CAPTURES]

const decryption = (holder: typeof rsa) => ({
  certificate: holder.certificate,
  decrypter: makeDecrypter(holder.key),
})

const open = (message: Uint8Array) =>
  openRequest(message, {
    recipient: decryption(responder),
    keyPolicy: STANDARD_KEY_POLICY,
    allowSingleDes: true,
  })

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** The requests that somebody has signed. */
const signedInfos = new Set([hex(decodeCertificateRequest(request).info)])
for (const message of MESSAGES) {
  attempt(() => {
    const opened = open(message)
    if (opened.kind === 'request') signedInfos.add(hex(opened.certificateRequest.info))
  })
}

/** Only a request that the holder of its key has signed is let through. */
const deliverMessage = (message: Uint8Array): Verdict => {
  let verdict: Verdict = 'refused'
  attempt(() => {
    const opened = open(message)
    if (opened.kind === 'refusal') return
    verdict = 'accepted'
    const { info } = opened.certificateRequest
    assert(signedInfos.has(hex(info)), 'a request that nobody signed is let through')
  })
  return verdict
}

/** The same where the request is signed anew: then it may say anything. */
const deliverInfo = (info: Uint8Array): Verdict => {
  let verdict: Verdict = 'refused'
  attempt(() => {
    if (open(wrap(seal(signInfo(info, rsa)))).kind === 'request') verdict = 'accepted'
  })
  return verdict
}

const pending = { bytes: wrap(envelope), transactionId: 'ABC', senderNonce: Buffer.alloc(16, 1) }

const openAsDevice = (reply: Uint8Array): Verdict =>
  attempt(() =>
    openReply(reply, { pending, signer: responder.certificate, recipient: decryption(rsa) }),
  )

const transaction = {
  id: pending.transactionId,
  encodedId: der.printableString(pending.transactionId),
  senderNonce: pending.senderNonce,
}
const replying = { identity: responder, transaction, hash: 'sha256' } as const
const success = await sealSuccess({
  ...replying,
  certificate: rsa.certificate.bytes,
  recipient: rsa.certificate,
  cipher: 'aes-128-cbc',
})
const failure = await sealFailure({ ...replying, failInfo: 'badRequest', text: 'no' })
const REPLIES = [success, failure, readFixture('scep/jscep-resp2.der')]

// 2.16.840.1.113733, as it stands in an OBJECT IDENTIFIER.
const SCEP_ARC = Buffer.from('6086480186f845', 'hex')

const contentOf = (message: Uint8Array): Uint8Array =>
  decodeSignedData(message).content ?? new Uint8Array()
const attributesOf = (message: Uint8Array): readonly Uint8Array[] =>
  decodeSignedData(message).signerInfos[0]?.signedAttributes?.elements ?? []

const QUERIES: readonly Uint8Array[] = [
  'operation=GetCACaps&message=x',
  'operation=GetCACert&message=an%20id',
  'message=MIAGCSqGSIb3DQEHAqCAMIACAQExDzANBglg%0A&operation=PKIOperation',
  `operation=PKIOperation&message=${encodeURIComponent(Buffer.from(wrap(envelope)).toString('base64'))}`,
  ...listFixtures('scep/client')
    .filter((file) => file.endsWith('.query'))
    .map((file) => Buffer.from(readFixture(`scep/client/${file}`)).toString('latin1')),
].map((query) => Buffer.from(query, 'latin1'))
const TOKENS = [
  ...readDictionary('http.dict'),
  '%',
  '%0A',
  '%00',
  '&',
  '=',
  '+',
  'message=',
  '&operation=',
]

/** A query string with bytes or whole words changed, or with a long run in it. */
export const mutateQuery = (random: Random): Uint8Array => {
  const query = pick(QUERIES, random)
  if (random(8) > 0)
    return mutateBytes(query, random, [...QUERIES, ...TOKENS.map((token) => Buffer.from(token))])
  const at = random(query.length + 1)
  const run = pick(TOKENS, random).repeat(random(40_000 >> random(8)) / 4)
  return Buffer.concat([query.subarray(0, at), Buffer.from(run, 'latin1'), query.subarray(at)])
}

const deliverQuery = (input: Uint8Array): Verdict =>
  attempt(() => {
    const text = Buffer.from(input).toString('latin1')
    const { message } = parseScepQuery(text, 'GET')
    parseScepQuery(text, 'POST')
    decodeIdentifier(message)
    return decodeMessage(message ?? '')
  })

const of =
  (seeds: readonly Uint8Array[], donors = MESSAGES) =>
  (random: Random): Uint8Array =>
    mutateBer(pick(seeds, random), random, donors)

/** Requests as a server reads them, each layer mutated by itself under good outer layers; answers as a device does. */
export const SCEP_CODEC_SHAPES: readonly Shape[] = [
  { name: 'message', weight: 6, generate: of(MESSAGES), deliver: deliverMessage },
  {
    name: 'attributes',
    weight: 6,
    generate: of([attributeSet(envelope, PKCS_REQ)]),
    deliver: (set) => deliverMessage(signSet(envelope, set, rsa)),
  },
  {
    name: 'envelope',
    weight: 5,
    generate: of([envelope]),
    deliver: (content) => deliverMessage(wrap(content)),
  },
  {
    name: 'request',
    weight: 5,
    generate: of([request]),
    deliver: (content) => deliverMessage(wrap(seal(content))),
  },
  {
    name: 'info',
    weight: 6,
    generate: of([decodeCertificateRequest(request).info], [request]),
    deliver: deliverInfo,
  },
  { name: 'reply', weight: 3, generate: of(REPLIES, REPLIES), deliver: openAsDevice },
  {
    name: 'reply-attributes',
    weight: 3,
    generate: of(
      [der.tlv(0x31, ...attributesOf(success)), der.tlv(0x31, ...attributesOf(failure))],
      REPLIES,
    ),
    deliver: (set) => openAsDevice(signSet(contentOf(success), set, responder)),
  },
  {
    name: 'reply-certificates',
    weight: 2,
    generate: of([encodeCertificatesOnly([rsa.certificate.bytes, ec.certificate.bytes])], REPLIES),
    deliver: (certificates) => {
      const content = sealFor(rsa.certificate)(certificates)
      const more = attributesOf(success).filter((each) => Buffer.from(each).includes(SCEP_ARC))
      return openAsDevice(signSet(content, attributeSet(content, more), responder))
    },
  },
  { name: 'query', weight: 2, generate: mutateQuery, deliver: deliverQuery },
]
