import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bitFlips, byteFlips, survive, truncations } from '../../../test/codec/damage.ts'
import {
  listFixtures,
  readArchive,
  readDer,
  readFixture,
  skipWithoutShared,
} from '../../../test/codec/fixture.ts'
import { makeHolder, makeKey } from '../../../test/codec/holder.ts'
import {
  chunked,
  signedAttributes,
  signedDataIndefinite,
  signerInfo,
} from '../../../test/codec/message.ts'
import { mutations } from '../../../test/mutate.ts'
import { decode, type Element, Tag } from '../asn1/index.ts'
import {
  type Decrypter,
  decodeEnvelopedData,
  openEnvelopedData,
  sealEnvelopedData,
  verifySignedData,
} from './index.ts'

const holder = makeHolder({ key: makeKey('rsa-2048') })
const ec = makeHolder({ key: makeKey('p-256') })
const content = Buffer.from('<plist><dict/></plist>')

const SIGNED = [
  readFixture('ota/phase2-zentral.p7m'),
  ...listFixtures('scep')
    .filter(
      (file) => /PKCSReq|PKIOperation|req2|resp[02]|CertRep/.test(file) && !file.includes('csr'),
    )
    .map((file) => readFixture(`scep/${file}`)),
  readFixture('pyca/pkcs7/amazon-roots.p7b'),
  signedDataIndefinite({
    signerInfos: [signerInfo(ec, content, { attributes: signedAttributes(content, 'sha256') })],
    certificates: [ec.certificate.bytes],
    content: chunked(content, 5),
  }),
]

const ENVELOPED = [
  readFixture('scep/jscep-req1.der'),
  readFixture('scep/jscep-resp1.der'),
  ...listFixtures('pyca/pkcs7')
    .filter((file) => file.startsWith('enveloped'))
    .map((file) => readDer(`pyca/pkcs7/${file}`)),
  sealEnvelopedData(content, { recipient: holder.certificate, cipher: 'aes-256-cbc' }),
  sealEnvelopedData(content, { recipient: holder.certificate, cipher: 'des-ede3-cbc' }),
]

const verify = (bytes: Uint8Array): unknown =>
  verifySignedData(bytes, {
    signedAttributes: 'optional',
    hashes: ['sha1', 'sha256', 'sha384', 'sha512'],
  })

// Private keys are slow and of no interest here: everything around them is.
const decrypter: Decrypter = {
  publicKey: holder.signer.publicKey,
  decrypt: (_key, _transport, keyLength) => new Uint8Array(keyLength),
}
const open = (bytes: Uint8Array): unknown =>
  openEnvelopedData(decodeEnvelopedData(bytes), { certificate: holder.certificate, decrypter })

/** Reads everything inside by what its tag says it is. */
const readAll = (bytes: Uint8Array): void => visit(decode(bytes, 'ber'))

const READERS = new Map<number, (element: Element) => unknown>([
  [Tag.boolean, (element) => element.boolean()],
  [Tag.integer, (element) => element.integer()],
  [Tag.bitString, (element) => element.namedBits()],
  [Tag.octetString, (element) => element.octets()],
  [Tag.oid, (element) => element.oid()],
  [Tag.utcTime, (element) => element.time()],
  [Tag.generalizedTime, (element) => element.time()],
  [Tag.utf8String, (element) => element.text()],
  [Tag.printableString, (element) => element.text()],
  [Tag.bmpString, (element) => element.text()],
])

const visit = (element: Element): void => {
  const read = READERS.get(element.tag)
  if (read !== undefined) read(element)
  else if (element.constructed) for (const child of element.children) visit(child)
}

for (const [what, decoder, messages] of [
  ['signed messages', verify, SIGNED],
  ['envelopes', open, ENVELOPED],
  ['ASN.1', readAll, [...SIGNED, ...ENVELOPED]],
] as const) {
  test(`${what}: survives truncation at every byte of every message [security C8]`, () => {
    for (const bytes of messages) survive(decoder, truncations(bytes))
  })

  test(`${what}: survives flipped bits in every byte of every message [security C8]`, () => {
    for (const bytes of messages) survive(decoder, byteFlips(bytes))
  })

  test(`${what}: survives 20,000 mutations [security C8]`, () => {
    const { taken, refused } = survive(decoder, mutations(5652, messages, 20_000))
    assert.equal(taken + refused, 20_000)
    assert.ok(refused > 10_000)
  })
}

test("survives every flipped bit of Apple's SCEP request [security C8]", () => {
  const bytes = readFixture('scep/micromdm-PKCSReq.der')

  assert.equal(survive(readAll, truncations(bytes)).taken, 0)
  survive(verify, bitFlips(bytes))
})

for (const [corpus, count] of [
  ['cms', 1389],
  ['asn1', 648],
  ['x509', 849],
  ['crl', 2064],
  ['decoder', 359],
] as const) {
  test(`survives the ${corpus} corpus of OpenSSL's fuzzers: ${count} files [security C8]`, {
    skip: skipWithoutShared,
  }, () => {
    const files = [...readArchive(`vectors/openssl-fuzz-corpora/${corpus}.tar.gz`).values()]

    for (const decoder of [readAll, verify, open]) {
      const { taken, refused } = survive(decoder, files)
      assert.equal(taken + refused, count)
    }
  })
}
