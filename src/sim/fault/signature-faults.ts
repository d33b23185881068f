import { hash } from 'node:crypto'
import { der } from '../../protocol/asn1/index.ts'
import { type Draft, phase2, phase3, pkiOperation } from './draft.ts'
import type { Fault } from './fault.ts'
import { type Damage, refused } from './refused.ts'
import { expectServed } from './served.ts'
import {
  flip,
  type Parts,
  putSignerInfoTogether,
  putTogether,
  type SignerInfoParts,
  takeApart,
  takeSignerInfoApart,
} from './signed-message.ts'

const EVERYWHERE = [phase2, pkiOperation, phase3]

const REFUSAL =
  'Refuses the message in phase 2, SCEP and phase 3; the enrollment stays open to an honest retry.'

/** Messages of other parts than the honest one. */
const rebuilt =
  (change: (parts: Parts) => readonly Partial<Parts>[]): Damage =>
  async (draft) => {
    const parts = takeApart(await draft.sign(draft.content))
    return change(parts).map((changed) => putTogether({ ...parts, ...changed }))
  }

/** Messages whose SignerInfo, and with it maybe the content, is another than the honest one. */
const resigned = (
  change: (
    signerInfo: SignerInfoParts,
    content: Uint8Array,
  ) => readonly (Partial<SignerInfoParts> & Partial<Pick<Parts, 'content'>>)[],
): Damage =>
  rebuilt(({ content, signerInfos: [only = new Uint8Array()] }) => {
    const signerInfo = takeSignerInfoApart(only)
    return change(signerInfo, content).map(({ content: other = content, ...changed }) => ({
      content: other,
      signerInfos: [putSignerInfoTogether({ ...signerInfo, ...changed })],
    }))
  })

const tamperContent = rebuilt(({ content }) =>
  [0, content.length >> 1, content.length - 1].map((at) => ({ content: flip(content, at) })),
)

const tamperSignature = resigned(({ signature }) => [
  { signature: flip(signature, signature.length - 1) },
  { signature: flip(signature, 0) },
  { signature: new Uint8Array(signature.length) },
])

// The digest fits the changed content, the signature does not fit the digest; or nothing is left to fit.
const tamperAttributes = resigned(({ attributes = new Uint8Array() }, honest) => {
  const content = flip(honest, honest.length >> 1)
  const digestOf = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer')
  return [
    { content, attributes: replace(attributes, digestOf(honest), digestOf(content)) },
    { attributes: undefined },
  ]
})

// draft-ietf-lamps-cms-euf-cma-signeddata: the signature is over the attributes, so let them be the content.
const attributesAsContent = resigned(({ attributes = new Uint8Array() }) => [
  { content: der.tlv(0x31, attributes), attributes: undefined },
])

const addSignerInfo: Damage = async (draft, kit) => {
  const { identity } = await kit.stranger()
  const own = takeApart(await draft.sign(draft.content))
  const foreign = takeApart(await draft.sign(draft.content, identity))
  const certificates = [...own.certificates, ...foreign.certificates]
  const both = [...own.signerInfos, ...foreign.signerInfos]
  return [both, both.toReversed(), [...own.signerInfos, ...own.signerInfos]].map((signerInfos) =>
    putTogether({ ...own, certificates, signerInfos }),
  )
}

const leaveUnsigned: Damage = async (draft, kit) => [
  draft.content,
  ...(await rebuilt(() => [{ signerInfos: [] }])(draft, kit)),
]

const playExtraCertificates: Fault['play'] = async (kit) => {
  const { identity } = await kit.stranger()
  const extra = identity.certificate.bytes
  using walk = kit.begin()
  for (const place of EVERYWHERE) {
    const draft: Draft = await place(walk)
    const parts = takeApart(await draft.sign(draft.content))
    for (const certificates of [
      [...parts.certificates, extra],
      [extra, ...parts.certificates],
    ]) {
      const message = putTogether({ ...parts, certificates })
      await expectServed(walk.session, draft, message, { mayRefuse: true })
    }
  }
  await kit.finish(walk)
}

const replace = (bytes: Uint8Array, part: Uint8Array, by: Uint8Array): Uint8Array => {
  const at = Buffer.from(bytes).indexOf(part)
  if (at < 0) throw new Error('the digest is not where it should be')
  return Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at + part.length)])
}

export const SIGNATURE_FAULTS: readonly Fault[] = [
  {
    name: 'tampered-content',
    title: 'A bit of the signed content is changed on the way',
    expects: REFUSAL,
    source: 'RFC 5652 §5.6, C2, C3',
    play: refused(EVERYWHERE, tamperContent),
  },
  {
    name: 'tampered-signature',
    title: 'A bit of the signature is changed, or all of it is zero',
    expects: REFUSAL,
    source: 'RFC 5652 §5.6, C2',
    play: refused(EVERYWHERE, tamperSignature),
  },
  {
    name: 'tampered-attributes',
    title: 'The signed attributes are made to fit other content, or left out',
    expects: REFUSAL,
    source: 'RFC 5652 §5.4, C3',
    play: refused(EVERYWHERE, tamperAttributes),
  },
  {
    name: 'attributes-as-content',
    title: 'The signed attributes are sent as content, under the same signature',
    expects: REFUSAL,
    source: 'draft-ietf-lamps-cms-euf-cma-signeddata, C4',
    play: refused(EVERYWHERE, attributesAsContent),
  },
  {
    name: 'second-signer-info',
    title: 'A second SignerInfo, good by itself, stands beside or before the right one',
    expects: REFUSAL,
    source: 'RFC 8894 §3.2, C6',
    play: refused(EVERYWHERE, addSignerInfo),
  },
  {
    name: 'unsigned',
    title: 'The content comes bare, or in a SignedData that nobody signed',
    expects: REFUSAL,
    source: 'RFC 8894 §3.2, P2.1, C6',
    play: refused(EVERYWHERE, leaveUnsigned),
  },
  {
    name: 'extra-certificates',
    title: "Somebody on the way adds a certificate beside the signer's",
    expects: 'Encrypts to the verified signer and to nobody else, or refuses the message.',
    source: 'RFC 5652 §5.1, C7',
    play: playExtraCertificates,
  },
]
