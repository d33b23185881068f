import assert from 'node:assert/strict'
import { sign } from 'node:crypto'
import { test } from 'node:test'
import { flip } from '../../../test/codec/damage.ts'
import { makeHolder, makeKey, publicKeyOf } from '../../../test/codec/holder.ts'
import { malformations } from '../../../test/codec/malformed-envelope.ts'
import { certificateRequest, pkiMessage } from '../../../test/codec/pki-message.ts'
import { device, open, ra, request, requested, seal } from '../../../test/codec/scep-request.ts'
import { der } from '../asn1/index.ts'
import { sealEnvelopedData } from '../cms/index.ts'
import { encodeCertificateRequest, encodeName } from '../x509/index.ts'

const { sound, classes } = malformations({ recipient: ra.certificate, request, key: requested.key })
const ways = Object.entries(classes).flatMap(([name, kinds]) =>
  Object.entries(kinds).map(([way, make]) => [`${name}: ${way}`, make] as const),
)

/** What the client hears: nothing else may depend on what is wrong. */
const heard = (envelope: Uint8Array): string => {
  const opened = open(pkiMessage(envelope, device))
  return opened.kind === 'request' ? 'request' : `${opened.failInfo}: ${opened.text}`
}
const UNREADABLE = 'badMessageCheck: the request cannot be read'

test('opens what is sealed as it should be', () => {
  assert.equal(heard(sound()), 'request')
})

test(`${ways.length} kinds of broken envelopes in ${Object.keys(classes).length} classes are told apart by nothing that the client hears [security C1 C11]`, () => {
  for (const [what, make] of ways) {
    for (let round = 0; round < 10; round++) assert.equal(heard(make()), UNREADABLE, what)
  }
})

for (const cipher of ['aes-256-cbc', 'des-ede3-cbc'] as const) {
  test(`every byte of a request encrypted with ${cipher}, changed, is answered alike [security C11]`, () => {
    const envelope = seal(request, cipher)
    const begin = envelope.length - Math.ceil(request.length / 8) * 8
    for (let at = begin; at < envelope.length; at++) {
      assert.equal(heard(flip(envelope, at, 1 << (at & 7))), UNREADABLE, `byte ${at}`)
    }
  })
}

test('a weak key that signs its own request is named as what it is', () => {
  const weak = { key: makeKey('rsa-1024') }
  assert.equal(publicKeyOf(weak.key).length, 162)
  assert.equal(heard(seal(certificateRequest(weak))), 'badAlg: the key is not accepted')
})

test('a key that cannot be imported, in a request in due form, is answered like noise [security C11]', () => {
  const offCurve = der.sequence(
    der.sequence(der.oid('1.2.840.10045.2.1'), der.oid('1.2.840.10045.3.1.7')),
    der.bitString(Buffer.alloc(65, 4)),
  )
  const info = der.sequence(der.smallInteger(0), encodeName([]), offCurve)
  const signature = sign('sha256', info, requested.key)
  const recipient = ra.certificate
  const bytes = encodeCertificateRequest(info, 'ecdsa', signature)
  assert.equal(heard(sealEnvelopedData(bytes, { recipient, cipher: 'aes-128-cbc' })), UNREADABLE)
})

test('an envelope for somebody else is answered like one that does not open [security C1]', () => {
  const stranger = makeHolder({ key: makeKey('rsa-2048'), subject: [[['CN', 'Stranger']]] })
  const { certificate: recipient } = stranger
  assert.equal(heard(sealEnvelopedData(request, { recipient, cipher: 'aes-128-cbc' })), UNREADABLE)
})
