import assert from 'node:assert/strict'
import { der } from '../../src/protocol/asn1/index.ts'
import {
  decodeEnvelopedData,
  decodeSignedData,
  type Hash,
  openEnvelopedData,
  type VerifiedMessage,
  verifySignedData,
} from '../../src/protocol/cms/index.ts'
import { decodeCertificate, encodeIssuerAndSerialNumber } from '../../src/protocol/x509/index.ts'
import { makeDecrypter } from '../codec/holder.ts'
import { signedAttributes } from '../codec/message.ts'
import { pick, type Random } from '../mutate.ts'
import { mutateBer } from './ber-mutation.ts'
import { CMS_CORPORA, CONTENT, ENVELOPED, OWN_SIGNED, SIGNED, signContent } from './cms-seeds.ts'
import { ec, responder, rsa } from './holders.ts'
import { attempt, codecTarget, type Target, type Verdict } from './target.ts'

const HASHES: readonly Hash[] = ['sha1', 'sha256', 'sha384', 'sha512']
const recipient = { certificate: responder.certificate, decrypter: makeDecrypter(responder.key) }

const verify = (input: Uint8Array): VerifiedMessage =>
  verifySignedData(input, { signedAttributes: 'optional', hashes: HASHES })

/** What a message says and the signature over it. */
const statementOf = (message: Uint8Array): string => {
  const { content = new Uint8Array(), signerInfos } = decodeSignedData(message)
  const signature = signerInfos[0]?.signature ?? new Uint8Array()
  return [content, signature].map((bytes) => Buffer.from(bytes).toString('hex')).join(' ')
}

const statements = new Set<string>()
for (const message of [...SIGNED, ...CMS_CORPORA])
  attempt(() => statements.add(statementOf(message)))

/** Whoever verifies has the content and the signature of one of the messages that were mutated. */
const deliverSigned = (input: Uint8Array): Verdict =>
  attempt(() => {
    verify(input)
    assert(statements.has(statementOf(input)), 'what nobody signed is verified')
  })

const deliverResigned = (input: Uint8Array): Verdict =>
  attempt(() => assert.deepEqual(Buffer.from(verify(input).content), CONTENT))

const deliverEnveloped = (input: Uint8Array): Verdict =>
  attempt(() => openEnvelopedData(decodeEnvelopedData(input), recipient))

const ATTRIBUTES = der.tlv(0x31, ...signedAttributes(CONTENT, 'sha256'))

/** The attributes as they are, under a good signature over them. */
const deliverAttributes = (input: Uint8Array): Verdict => {
  const [set, tagged] = [Uint8Array.from(input), Uint8Array.from(input)]
  set[0] = 0x31
  tagged[0] = 0xa0
  const encodedAttributes = input.length === 0 ? new Uint8Array() : tagged
  return deliverResigned(signContent(ec, { encodedAttributes, signed: set }))
}

/** The certificate as it is, named by the signature as it names itself. */
const deliverCertificate = (input: Uint8Array): Verdict => {
  let sid = encodeIssuerAndSerialNumber(rsa.certificate)
  attempt(() => {
    sid = encodeIssuerAndSerialNumber(decodeCertificate(input))
  })
  return deliverResigned(signContent(rsa, { certificate: input, sid }))
}

const of =
  (seeds: readonly Uint8Array[], donors = seeds) =>
  (random: Random): Uint8Array =>
    mutateBer(pick(seeds, random), random, donors)

const ALL = [...SIGNED, ...ENVELOPED]

/** SignedData and EnvelopedData. */
export const openCmsTarget = (): Target =>
  codecTarget([
    { name: 'signed', weight: 4, generate: of(SIGNED, ALL), deliver: deliverSigned },
    { name: 'own', weight: 3, generate: of(OWN_SIGNED), deliver: deliverSigned },
    {
      name: 'attributes',
      weight: 3,
      generate: of([ATTRIBUTES], SIGNED),
      deliver: deliverAttributes,
    },
    {
      name: 'certificate',
      weight: 3,
      generate: of([rsa.certificate.bytes], [ec.certificate.bytes, responder.certificate.bytes]),
      deliver: deliverCertificate,
    },
    { name: 'enveloped', weight: 4, generate: of(ENVELOPED, ALL), deliver: deliverEnveloped },
    {
      name: 'corpora',
      weight: 3,
      generate: of(CMS_CORPORA),
      deliver: (input) => {
        deliverEnveloped(input)
        return deliverSigned(input)
      },
    },
  ])
