import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { test } from 'node:test'
import {
  decodeMessage,
  openRequest,
  parseScepQuery,
  type ScepRequest,
} from '../../src/protocol/scep/index.ts'
import { decodeName, findAttribute, STANDARD_KEY_POLICY } from '../../src/protocol/x509/index.ts'
import { readCertificate, readFixture } from '../codec/fixture.ts'
import { makeDecrypter } from '../codec/holder.ts'

const recipient = {
  certificate: readCertificate('scep/client/responder.crt.pem'),
  decrypter: makeDecrypter(
    createPrivateKey(Buffer.from(readFixture('scep/client/responder.key.pem'))),
  ),
}

const open = (message: Uint8Array): ScepRequest => {
  const keyPolicy = STANDARD_KEY_POLICY
  const opened = openRequest(message, { recipient, keyPolicy, allowSingleDes: true })
  if (opened.kind === 'refusal') assert.fail(`refused: ${opened.code}`)
  return opened
}

/** A body as it was posted, or the raw query string of a GET. */
const read = (file: string): Uint8Array => {
  const bytes = readFixture(`scep/client/${file}`)
  if (file.endsWith('.der')) return bytes
  const { operation, message } = parseScepQuery(Buffer.from(bytes).toString('latin1'), 'GET')
  assert.equal(operation, 'PKIOperation')
  return decodeMessage(message ?? '')
}

const base64Id = /^[A-Za-z0-9+/]{27}=$/
const lowerHexId = /^[0-9a-f]{40,64}$/
const CAPTURES = [
  { file: 'strongswan.der', hash: 'sha256', cipher: 'aes-128-cbc', id: /^[0-9A-F]{40}$/ },
  { file: 'certmonger.query', hash: 'sha256', cipher: 'aes-256-cbc', id: /^\d{70,80}$/ },
  { file: 'jscep.der', hash: 'sha256', cipher: 'aes-128-cbc', id: lowerHexId },
  { file: 'jscep.query', hash: 'sha256', cipher: 'aes-128-cbc', id: lowerHexId },
  { file: 'scepclient.der', hash: 'sha1', cipher: 'des-cbc', id: base64Id },
  { file: 'scepclient.query', hash: 'sha1', cipher: 'des-cbc', id: base64Id },
] as const

for (const { file, hash, cipher, id } of CAPTURES) {
  const [program = ''] = file.split('.')
  test(`opens the request that ${program} sends by ${file.endsWith('.der') ? 'POST' : 'GET'}`, () => {
    const request = open(read(file))

    assert.equal(request.hash, hash)
    assert.equal(request.cipher, cipher)
    assert.match(request.transaction.id, id)
    assert.equal(request.transaction.senderNonce?.length, 16)
    const { subject, publicKey, challengePassword } = request.certificateRequest
    assert.deepEqual(request.signer.publicKey.bytes, publicKey.bytes)
    assert.equal(findAttribute(decodeName(subject), 'CN'), `${program}.example`)
    assert.equal(challengePassword, 'throw-away')
  })
}
