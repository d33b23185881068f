import assert from 'node:assert/strict'
import { createPrivateKey, randomBytes, sign } from 'node:crypto'
import { test } from 'node:test'
import { der } from '../../src/protocol/asn1/index.ts'
import {
  basicConstraints,
  type Certificate,
  decodeCertificate,
  encodeCertificate,
  encodeIssuerAndSerialNumber,
  encodeTbsCertificate,
  type IssuerAndSerialNumber,
  keyUsage,
} from '../../src/protocol/x509/index.ts'
import { algorithmOf, type Holder, makeHolder, makeKey, publicKeyOf } from '../codec/holder.ts'
import { keyIdentifierOf } from '../codec/message.ts'
import { type Entry, honest, openEntries, phase2, phase3, signed } from './entry.ts'
import { refuseAll } from './refuse-all.ts'
import { openScene, refused } from './scene.ts'

const SIGNS = keyUsage('digitalSignature', 'keyEncipherment')
const CA = [basicConstraints({ ca: true }), keyUsage('keyCertSign', 'digitalSignature')]

const stranger = makeHolder({ key: makeKey('rsa-2048'), subject: [[['CN', 'stranger']]] })
const strangersCa = makeHolder({
  key: makeKey('p-256'),
  extensions: [basicConstraints({ ca: true }), keyUsage('keyCertSign')],
})

/** A certificate that says everything that the original says, of another key, signed by somebody else. */
const imitate = (
  original: Certificate,
  { of = stranger, by = strangersCa, serialNumber = original.serialNumber } = {},
): Holder => {
  const tbs = encodeTbsCertificate({
    serialNumber,
    issuer: original.issuer,
    subject: original.subject,
    notBefore: original.notBefore,
    notAfter: original.notAfter,
    publicKey: publicKeyOf(of.key),
    extensions: [...original.extensions.values()],
    signer: algorithmOf(by.key),
  })
  const bytes = encodeCertificate(tbs, algorithmOf(by.key), sign('sha256', tbs, by.key))
  return { ...of, certificate: decodeCertificate(bytes) }
}

const bagOf = (...holders: readonly Holder[]): readonly Uint8Array[] =>
  holders.map(({ certificate }) => certificate.bytes)

test('certificates with the names, serial number and key identifiers of a good one are nobody: self-signed, of another CA, of another key [security C5]', async () => {
  await using scene = await openScene()
  for (const entry of [await phase2(scene), await phase3(scene)]) {
    const { certificate } = entry.signer
    const imitations = [
      imitate(certificate),
      imitate(certificate, { by: stranger }),
      imitate(certificate, { of: entry.signer }),
      imitate(certificate, { of: entry.signer, by: entry.signer }),
      imitate(certificate, { serialNumber: randomBytes(16).fill(1, 0, 1) }),
    ]
    const codes = await refuseAll(
      scene,
      entry,
      imitations.map((signer) => honest({ ...entry, signer })),
    )
    assert.deepEqual([...codes], ['signer_untrusted'])
    await entry.complete()
  }
})

test('a CA of the same name as ours, or as that of the devices, is another CA [security C5 C10]', async () => {
  await using scene = await openScene()
  for (const entry of [await phase2(scene), await phase3(scene)]) {
    for (const ca of [...scene.ca.slice(1), scene.server.authority.certificate]) {
      const fake = imitate(ca, { of: strangersCa, by: strangersCa })
      const signer = imitate(entry.signer.certificate, { by: fake })
      const message = honest({ ...entry, signer }, { certificates: bagOf(signer, fake) })
      const { answer, code } = await refused(scene, () => entry.send(message))
      assert.deepEqual([answer.status, code], [403, 'signer_untrusted'])
    }
    await entry.complete()
  }
})

test('a device, and a certificate that we issued, certify nobody: a leaf below them is refused, with its whole chain [security C10]', async () => {
  await using scene = await openScene()
  const entries = [await phase2(scene), await phase3(scene)]
  for (const entry of entries) {
    for (const { signer: issuer } of entries) {
      for (const extensions of [[SIGNS], CA]) {
        const leaf = makeHolder({ key: stranger.key, issuer, extensions })
        const chain = [leaf, issuer, { ...issuer, certificate: scene.server.authority.certificate }]
        const message = honest({ ...entry, signer: leaf }, { certificates: bagOf(...chain) })
        const { answer, code } = await refused(scene, () => entry.send(message))
        assert.deepEqual([answer.status, code], [403, 'signer_untrusted'])
      }
    }
    await entry.complete()
  }
})

test('the CA of the devices does not play a device, and neither does a certificate of theirs that is one of a CA [security C10]', async () => {
  await using scene = await openScene()
  const { certificate, key } = scene.server.authority
  const authority = {
    certificate,
    signer: key.signer,
    chain: [],
    key: createPrivateKey(key.toPem()),
  }
  const sub = makeHolder({
    key: stranger.key,
    issuer: authority,
    extensions: CA,
  })
  const critical = makeHolder({
    key: stranger.key,
    issuer: authority,
    extensions: [SIGNS, { oid: '1.2.3.4', critical: true, value: der.sequence() }],
  })
  const encipherer = makeHolder({
    key: stranger.key,
    issuer: authority,
    extensions: [keyUsage('keyEncipherment')],
  })
  const entry = await phase2(scene)
  const codes = await refuseAll(
    scene,
    entry,
    [authority, sub, critical, encipherer].map((signer) => honest({ ...entry, signer })),
  )
  assert.deepEqual(codes, new Set(['cms_key_usage', 'signer_untrusted']))
  await entry.complete()
})

/** Messages that name nobody, or several, as their signer: what is signed and what is in the bag. */
const CONFUSIONS: Readonly<
  Record<
    string,
    (entry: Entry, twin: Holder) => readonly [readonly Uint8Array[], readonly Uint8Array[]]
  >
> = {
  'no signer': ({ signer }) => [[], bagOf(signer)],
  'nothing at all': () => [[], []],
  'one signer twice': (e) => [[signed(e), signed(e)], bagOf(e.signer)],
  'a stranger after the signer': (e) => [[signed(e), by(e, stranger)], bagOf(e.signer, stranger)],
  'a stranger before the signer': (e) => [[by(e, stranger), signed(e)], bagOf(e.signer, stranger)],
  'a second signer whose signature is broken': (e) => [
    [signed(e), signed(e, { key: stranger.key })],
    bagOf(e.signer),
  ],
  'an empty bag': (e) => [[signed(e)], []],
  "a stranger's certificate only": (e) => [[signed(e)], bagOf(stranger)],
  'another serial number': (e) => [
    [signed(e, { sid: named(e.signer.certificate, { serialNumber: Uint8Array.of(9) }) })],
    bagOf(e.signer),
  ],
  'another issuer': (e) => [
    [signed(e, { sid: named(e.signer.certificate, stranger.certificate) })],
    bagOf(e.signer),
  ],
  'a twin before the certificate': (e, twin) => [[signed(e)], bagOf(twin, e.signer)],
  'a twin after the certificate': (e, twin) => [[signed(e)], bagOf(e.signer, twin)],
  'a twin in place of the certificate': (e, twin) => [[signed(e)], bagOf(twin)],
  'a twin that signs, before the certificate': (e, twin) => [[by(e, twin)], bagOf(twin, e.signer)],
  'a twin that signs, after the certificate': (e, twin) => [[by(e, twin)], bagOf(e.signer, twin)],
  'a twin with the same key identifier': (e, twin) => [
    [signed(e, { sid: keyIdentifierOf(e.signer) })],
    bagOf(e.signer, twin),
  ],
  'a key identifier of nobody': (e) => [
    [signed(e, { sid: der.taggedPrimitive(0, randomBytes(20)) })],
    bagOf(e.signer, stranger),
  ],
  'an empty key identifier': (e) => [
    [signed(e, { sid: der.taggedPrimitive(0, new Uint8Array()) })],
    bagOf(e.signer),
  ],
  "a signature by another key under the signer's name": (e) => [
    [signed(e, { key: stranger.key })],
    bagOf(e.signer, stranger),
  ],
  "the signer's signature under another's name": (e) => [
    [signed(e, { sid: encodeIssuerAndSerialNumber(stranger.certificate) })],
    bagOf(e.signer, stranger),
  ],
}

const by = (entry: Entry, signer: Holder): Uint8Array => signed({ ...entry, signer })

const named = (
  { issuer, serialNumber }: IssuerAndSerialNumber,
  change: Partial<IssuerAndSerialNumber>,
): Uint8Array => encodeIssuerAndSerialNumber({ issuer, serialNumber, ...change })

test(`${Object.keys(CONFUSIONS).length} messages whose signer is nobody, ambiguous or somebody else are refused at every entrance [security C6]`, async () => {
  await using scene = await openScene()
  for (const entry of await openEntries(scene)) {
    const twin = imitate(entry.signer.certificate)
    const messages = Object.values(CONFUSIONS).map((confuse) => {
      const [signerInfos, certificates] = confuse(entry, twin)
      return honest(entry, { signerInfos, certificates })
    })
    await refuseAll(scene, entry, messages)
    await entry.complete()
  }
})
