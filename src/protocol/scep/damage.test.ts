import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byteFlips, survive, truncations } from '../../../test/codec/damage.ts'
import { readFixture } from '../../../test/codec/fixture.ts'
import { makeDecrypter, makeHolder, makeKey } from '../../../test/codec/holder.ts'
import {
  certificateRequest,
  messageTypeAttribute,
  pkiMessage,
  senderNonceAttribute,
  transactionIdAttribute,
} from '../../../test/codec/pki-message.ts'
import { mutations } from '../../../test/mutate.ts'
import { sealEnvelopedData } from '../cms/index.ts'
import { LEGACY_KEY_POLICY } from '../x509/index.ts'
import { openRequest, type ScepRefusal, type ScepRequest } from './index.ts'

const ra = makeHolder({ key: makeKey('rsa-2048'), subject: [[['CN', 'RA']]] })
const signer = makeHolder({ key: makeKey('rsa-2048'), subject: [[['CN', 'Signer']]] })
const request = certificateRequest({ key: makeKey('p-256') })
const seal = (content: Uint8Array): Uint8Array =>
  sealEnvelopedData(content, { recipient: ra.certificate, cipher: 'aes-128-cbc' })
const envelope = seal(request)
const message = pkiMessage(envelope, signer)

const open = (bytes: Uint8Array): ScepRequest | ScepRefusal =>
  openRequest(bytes, {
    recipient: { certificate: ra.certificate, decrypter: makeDecrypter(ra.key) },
    keyPolicy: LEGACY_KEY_POLICY,
    allowSingleDes: true,
  })

/** Opens, and fails the test where a damaged request is certified as something else than was asked. */
const openUnchanged = (bytes: Uint8Array): void => {
  const opened = open(bytes)
  if (opened.kind === 'request') {
    assert.deepEqual(Buffer.from(opened.certificateRequest.info), info)
  }
}
const original = open(message)
assert.ok(original.kind === 'request')
const info = Buffer.from(original.certificateRequest.info)

test('survives truncation at every byte and a changed bit in every byte of a request [security C8]', () => {
  const captured = readFixture('scep/commandment-mdmclient-PKIOperation.der')
  for (const bytes of [message, captured]) {
    assert.equal(survive(open, truncations(bytes)).taken, 0)
    survive(open, byteFlips(bytes))
  }
  survive(openUnchanged, byteFlips(message))
})

test('survives 20,000 mutations of messages [security C8]', () => {
  const seeds = [
    message,
    readFixture('scep/micromdm-PKCSReq.der'),
    readFixture('scep/commandment-mdmclient-PKIOperation.der'),
    readFixture('scep/jscep-req2.der'),
    readFixture('scep/smallstep-CertRep.der'),
  ]
  const { taken, refused } = survive(open, mutations(8894, seeds, 20_000))
  assert.equal(taken + refused, 20_000)
})

/** Damage behind the signatures: what a stranger with a key of his own can send. */
function* signedAnew(
  inputs: Iterable<Uint8Array>,
  wrap: (damaged: Uint8Array) => Uint8Array,
): Generator<Uint8Array> {
  for (const damaged of inputs) yield pkiMessage(wrap(damaged), signer)
}

test('survives 1,000 mutated requests, sealed and signed anew [security C8 S10]', () => {
  const { taken } = survive(openUnchanged, signedAnew(mutations(2986, [request], 1000), seal))
  assert.equal(taken, 1000)
})

test('survives 2,000 mutated envelopes, signed anew [security C8]', () => {
  const { taken } = survive(
    openUnchanged,
    signedAnew(mutations(5652, [envelope], 2000), (damaged) => damaged),
  )
  assert.equal(taken, 2000)
})

test('survives 2,000 messages with mutated attributes, signed anew [security C8 S2]', () => {
  const attributes = [messageTypeAttribute(), transactionIdAttribute(), senderNonceAttribute()]
  function* damaged(): Generator<Uint8Array> {
    for (const attribute of mutations(8894, attributes, 2000)) {
      yield pkiMessage(envelope, signer, { attributes: [...attributes.slice(0, 2), attribute] })
    }
  }
  const { taken, refused } = survive(openUnchanged, damaged())
  assert.equal(taken + refused, 2000)
})
