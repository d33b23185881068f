import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { device, OIDS, options, ra, recipient, success } from '../../../test/codec/cert-rep.ts'
import { flip, refusal } from '../../../test/codec/damage.ts'
import { type Holder, makeDecrypter, makeHolder, makeKey } from '../../../test/codec/holder.ts'
import { certificateRequest } from '../../../test/codec/pki-message.ts'
import { der } from '../asn1/index.ts'
import { type Attribute, signData } from '../cms/index.ts'
import { STANDARD_KEY_POLICY } from '../x509/index.ts'
import {
  type FailInfo,
  openReply,
  openRequest,
  type PendingRequest,
  type ScepReply,
  sealFailure,
  sealRequest,
  type Transaction,
} from './index.ts'

const FAIL_INFOS: readonly (readonly [FailInfo, string])[] = [
  ['badAlg', '0'],
  ['badMessageCheck', '1'],
  ['badRequest', '2'],
  ['badTime', '3'],
  ['badCertId', '4'],
]

const certificateRequestBytes = certificateRequest({ key: makeKey('rsa-2048') })
const ask = (): Promise<PendingRequest> =>
  sealRequest({
    certificateRequest: certificateRequestBytes,
    recipient: ra.certificate,
    identity: device,
    transactionId: 'A130',
    cipher: 'aes-256-cbc',
    hash: 'sha256',
  })
const transactionOf = (pending: PendingRequest): Transaction => {
  const opened = openRequest(pending.bytes, {
    recipient: { certificate: ra.certificate, decrypter: makeDecrypter(ra.key) },
    keyPolicy: STANDARD_KEY_POLICY,
    allowSingleDes: false,
  })
  assert.equal(opened.kind, 'request')
  return opened.transaction
}
const read = (bytes: Uint8Array, pending: PendingRequest, signer: Holder = ra): ScepReply =>
  openReply(bytes, { pending, signer: signer.certificate, recipient })

test('a client gets through: request, success, the certificate', async () => {
  const pending = await ask()
  const reply = read(await success({ transaction: transactionOf(pending) }), pending)

  assert.ok(reply.kind === 'success')
  const [certificate, ...more] = reply.certificates
  assert.equal(more.length, 0)
  assert.equal(new X509Certificate(certificate?.bytes ?? '').subject, 'CN=issued')
})

test('a client hears why not', async () => {
  const pending = await ask()
  for (const [failInfo] of FAIL_INFOS) {
    const bytes = await sealFailure({
      ...options,
      transaction: transactionOf(pending),
      failInfo,
      text: 'no',
    })
    assert.deepEqual(read(bytes, pending), { kind: 'failure', failInfo, text: 'no' })
  }
})

const printable = (name: keyof typeof OIDS, text: string): Attribute => ({
  oid: OIDS[name],
  value: der.printableString(text),
})
const octets = (name: keyof typeof OIDS, value: Uint8Array): Attribute => ({
  oid: OIDS[name],
  value: der.octetString(value),
})

test('a client takes no answer to another request, by another signer or of another kind', async () => {
  const pending = await ask()
  const attributes = {
    messageType: printable('messageType', '3'),
    pkiStatus: printable('pkiStatus', '3'),
    transactionID: printable('transactionID', 'A130'),
    recipientNonce: octets('recipientNonce', pending.senderNonce),
  }
  const answer = async (
    change: Partial<Record<keyof typeof attributes, Attribute | undefined>>,
  ): Promise<string | undefined> => {
    const chosen = Object.values({ ...attributes, ...change }).filter((one) => one !== undefined)
    const bytes = await signData({
      content: undefined,
      identity: ra,
      hash: 'sha256',
      attributes: chosen,
    })
    return refusal(() => read(bytes, pending))
  }
  assert.equal(await answer({}), undefined)
  assert.equal(await answer({ recipientNonce: undefined }), 'scep_reply_transaction')
  assert.equal(
    await answer({ recipientNonce: octets('recipientNonce', flip(pending.senderNonce, 0)) }),
    'scep_reply_transaction',
  )
  assert.equal(
    await answer({ transactionID: printable('transactionID', 'a130') }),
    'scep_reply_transaction',
  )
  assert.equal(await answer({ transactionID: undefined }), 'scep_transaction_id')
  assert.equal(
    await answer({ messageType: printable('messageType', '19') }),
    'scep_reply_transaction',
  )
  assert.equal(await answer({ messageType: undefined }), 'scep_reply_transaction')
  assert.equal(await answer({ pkiStatus: printable('pkiStatus', '1') }), 'scep_reply_status')
  assert.equal(await answer({ pkiStatus: undefined }), 'scep_reply_status')
  assert.equal(await answer({ pkiStatus: printable('pkiStatus', '2') }), 'scep_reply_status')
  assert.equal(await answer({ pkiStatus: printable('pkiStatus', '0') }), 'asn1_truncated')

  const impostor = makeHolder({ key: makeKey('p-256'), subject: [[['CN', 'RA']]] })
  const forged = await success({ identity: impostor, transaction: transactionOf(pending) })
  assert.equal(
    refusal(() => read(forged, pending)),
    'scep_reply_signer',
  )
})

test('a client waits where it is told to', async () => {
  const pending = await ask()
  const bytes = await signData({
    content: undefined,
    identity: ra,
    hash: 'sha256',
    attributes: [
      printable('messageType', '3'),
      printable('pkiStatus', '3'),
      printable('transactionID', 'A130'),
      octets('recipientNonce', pending.senderNonce),
    ],
  })
  assert.deepEqual(read(bytes, pending), { kind: 'pending' })
})
