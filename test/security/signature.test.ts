import assert from 'node:assert/strict'
import { test } from 'node:test'
import { der } from '../../src/protocol/asn1/index.ts'
import { flip } from '../codec/damage.ts'
import {
  attribute,
  contentTypeAttribute,
  ID_DATA,
  ID_SIGNED_DATA,
  messageDigestAttribute,
  signedAttributes,
  signedDataIndefinite,
  signerInfo,
} from '../codec/message.ts'
import { type Entry, honest, openEntries, phase2, scep, signed } from './entry.ts'
import { refuseAll } from './refuse-all.ts'
import { openScene } from './scene.ts'

/** One bit of every byte of the parts, wherever they stand in the message. */
function* changes(message: Uint8Array, parts: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const part of parts) {
    const start = Buffer.from(message).indexOf(part)
    assert(start >= 0)
    for (let at = start; at < start + part.length; at++) yield flip(message, at, 1 << (at & 7))
  }
}

test('one changed bit in any byte of content, signed attributes, signature or certificate is refused at every entrance [security C2]', async () => {
  await using scene = await openScene()
  for (const entry of await openEntries(scene)) {
    const message = honest(entry)
    const { certificate } = entry.signer
    const parts = [
      entry.content,
      ...signedAttributes(entry.content, 'sha256', ...entry.attributes),
      // The certificate that signs a SCEP message is thrown away; what counts is its key.
      entry.name === 'SCEP' ? certificate.publicKey.bytes : certificate.bytes,
      message.subarray(-256),
    ]
    await refuseAll(scene, entry, [...changes(message, parts)])
    await entry.complete()
  }
})

test('the same without signed attributes, as a Mac signs phase 2 [security C2]', async () => {
  await using scene = await openScene()
  const entry = await phase2(scene)
  const { content, signer } = entry
  const message = signedDataIndefinite({
    signerInfos: [signerInfo(signer, content, { hash: 'sha1' })],
    certificates: [signer.certificate.bytes],
    content: der.octetString(content),
  })
  // The signature is followed by the ends of what has no length.
  const signature = message.subarray(-6 - 256, -6)
  await refuseAll(scene, entry, [
    ...changes(message, [content, signature, signer.certificate.bytes]),
  ])
  assert.equal((await entry.send(message)).status, 200)
})

const OTHER = Buffer.from('<plist version="1.0"><dict/></plist>')
const TYPE = contentTypeAttribute()
const digest = ({ content }: Entry): Uint8Array => messageDigestAttribute(content, 'sha256')

/** Signed attributes that do not go with the content, under a good signature. */
const ATTRIBUTES: Readonly<Record<string, (entry: Entry) => readonly Uint8Array[]>> = {
  'no messageDigest': () => [TYPE],
  'messageDigest of other content': () => [TYPE, messageDigestAttribute(OTHER, 'sha256')],
  'messageDigest by another hash': ({ content }) => [TYPE, messageDigestAttribute(content, 'sha1')],
  'a second messageDigest': (entry) => [
    TYPE,
    digest(entry),
    messageDigestAttribute(OTHER, 'sha256'),
  ],
  'the same messageDigest twice': (entry) => [TYPE, digest(entry), digest(entry)],
  'no contentType': (entry) => [digest(entry)],
  'a second contentType': (entry) => [TYPE, TYPE, digest(entry)],
  'a contentType of two values': (entry) => [
    attribute('1.2.840.113549.1.9.3', der.oid(ID_DATA), der.oid(ID_SIGNED_DATA)),
    digest(entry),
  ],
  'another contentType': (entry) => [contentTypeAttribute(ID_SIGNED_DATA), digest(entry)],
}

test(`content, contentType and messageDigest that do not go together, ${Object.keys(ATTRIBUTES).length + 4} ways, are refused at every entrance [security C3]`, async () => {
  await using scene = await openScene()
  for (const entry of await openEntries(scene)) {
    const messages = Object.values(ATTRIBUTES).map((attributesOf) => {
      const attributes = [...attributesOf(entry), ...entry.attributes]
      return honest(entry, { signerInfos: [signed(entry, { attributes })] })
    })
    await refuseAll(scene, entry, [
      ...messages,
      honest(entry, { content: der.octetString(OTHER) }),
      honest(entry, { content: undefined }),
      honest(entry, { contentType: ID_SIGNED_DATA }),
      honest(entry, { signerInfos: [signed(entry, { attributes: [] })] }),
    ])
    await entry.complete()
  }
})

test('the signed attributes of a good message, presented as the content of another, are refused at every entrance [security C4]', async () => {
  await using scene = await openScene()
  for (const entry of await openEntries(scene)) {
    const attributes = signedAttributes(entry.content, 'sha256', ...entry.attributes)
    const asContent = der.tlv(0x31, ...attributes)
    // The signature over the attributes is now one over the content.
    const stripped = signerInfo(entry.signer, asContent)
    await refuseAll(scene, entry, [
      honest(entry, { signerInfos: [stripped], content: der.octetString(asContent) }),
      honest(entry, {
        signerInfos: [stripped],
        content: der.octetString(asContent),
        contentType: ID_SIGNED_DATA,
      }),
      // The same turned round: the attributes are gone, the content is there.
      honest(entry, {
        signerInfos: [signerInfo(entry.signer, entry.content, { signed: asContent })],
      }),
    ])
    await entry.complete()
  }
})

test('a SCEP message without signed attributes is refused, whatever is signed [security C4]', async () => {
  await using scene = await openScene()
  const entry = await scep(scene)
  await refuseAll(scene, entry, [
    honest(entry, { signerInfos: [signerInfo(entry.signer, entry.content)] }),
  ])
  await entry.complete()
})
