import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { test } from 'node:test'
import { readCertificate, readFixture } from '../../../test/codec/fixture.ts'
import { makeDecrypter, makeHolder, makeKey } from '../../../test/codec/holder.ts'
import { signedData, signerInfo } from '../../../test/codec/message.ts'
import { certificateRequest, pkiMessage } from '../../../test/codec/pki-message.ts'
import {
  device,
  envelope,
  open,
  outcomeOf,
  ra,
  recipient,
  request,
  requested,
  seal,
} from '../../../test/codec/scep-request.ts'
import { decode, der } from '../asn1/index.ts'
import { sealEnvelopedData } from '../cms/index.ts'
import { decodeName, formatName, LEGACY_KEY_POLICY, STANDARD_KEY_POLICY } from '../x509/index.ts'
import { appleTransactionId, openRequest } from './index.ts'

test('opens a request signed by another key than the one to be certified [security S10]', () => {
  const opened = open(pkiMessage(envelope, device))

  assert.ok(opened.kind === 'request')
  assert.deepEqual(opened.signer.bytes, device.certificate.bytes)
  assert.ok(!opened.signer.publicKey.key.equals(opened.certificateRequest.publicKey.key))
  assert.equal(opened.certificateRequest.challengePassword, 'secret')
  assert.deepEqual(
    [opened.cipher, opened.hash, opened.transaction.id],
    ['aes-128-cbc', 'sha256', 'ABC'],
  )
})

const micromdm = {
  certificate: readCertificate('scep/micromdm-testca.crt.pem'),
  decrypter: makeDecrypter(
    createPrivateKey(Buffer.from(readFixture('scep/micromdm-testca.key.pem'))),
  ),
}

test("opens the request of Apple's client: 3DES, SHA-1, 8 bytes of nonce, version 2, its transactionID", () => {
  const opened = openRequest(readFixture('scep/micromdm-PKCSReq.der'), {
    recipient: micromdm,
    keyPolicy: LEGACY_KEY_POLICY,
    allowSingleDes: false,
  })

  assert.ok(opened.kind === 'request')
  const { transaction, signer, certificateRequest: asked } = opened
  assert.deepEqual([opened.cipher, opened.hash], ['des-ede3-cbc', 'sha1'])
  assert.equal(transaction.senderNonce?.length, 8)
  assert.deepEqual(
    Buffer.from(asked.bytes),
    Buffer.from(readFixture('scep/micromdm-PKCSReq.inner.csr.der')),
  )
  assert.equal(decode(asked.info, 'ber').children[0]?.smallInteger(), 2)
  const rsaPublicKey = decode(asked.publicKey.bytes, 'der').children[1]?.bits() ?? Buffer.alloc(0)
  assert.equal(transaction.id, 'A13090761A30F66664F85D37433D2065E1112BA1')
  assert.equal(transaction.id, appleTransactionId(rsaPublicKey))
  assert.equal(formatName(decodeName(signer.subject)), 'C=US,CN=MDM SCEP SIGNER')
  assert.deepEqual(Buffer.from(signer.serialNumber), Buffer.from([1]))
})

/** Who sent it, and what becomes of it under the standard key policy: failInfo, code, transactionID. */
const CAPTURES: readonly (readonly [file: string, outcome: readonly string[]])[] = [
  ['micromdm-PKCSReq.der', ['badAlg', 'key_rsa_size', 'A13090761A30F66664F85D37433D2065E1112BA1']],
  [
    'commandment-mdmclient-PKIOperation.der',
    ['badMessageCheck', 'scep_envelope', '140BC832976B3D0300BE8F5C2E35CEDF66E73D7B'],
  ],
  ['jscep-req2.der', ['badMessageCheck', 'scep_envelope', '7XXEY-ERLPU-2JDR9']],
  ['jscep-resp2.der', ['badRequest', 'scep_message_type', '7XXEY-ERLPU-2JDR9']],
  [
    'smallstep-CertRep.der',
    ['badMessageCheck', 'cms_key_usage', 'A13090761A30F66664F85D37433D2065E1112BA1'],
  ],
]

for (const [file, [failInfo, code, id]] of CAPTURES) {
  test(`refuses the captured message ${file} and can still answer it: ${failInfo} ${code}`, () => {
    const opened = openRequest(readFixture(`scep/${file}`), {
      recipient: micromdm,
      keyPolicy: STANDARD_KEY_POLICY,
      allowSingleDes: false,
    })
    assert.ok(opened.kind === 'refusal')
    assert.deepEqual([opened.failInfo, opened.code, opened.transaction.id], [failInfo, code, id])
  })
}

for (const [cipher, outcome] of [
  ['aes-128-cbc', 'request'],
  ['aes-192-cbc', 'request'],
  ['aes-256-cbc', 'request'],
  ['des-ede3-cbc', 'request'],
  ['des-cbc', 'badAlg scep_single_des'],
] as const) {
  test(`an envelope under ${cipher}: ${outcome} [security S14]`, () => {
    assert.equal(outcomeOf(pkiMessage(seal(request, cipher), device)), outcome)
  })
}

test('opens single DES where it is allowed, and says so [security S14]', () => {
  const opened = open(pkiMessage(seal(request, 'des-cbc'), device), true)

  assert.ok(opened.kind === 'request')
  assert.equal(opened.cipher, 'des-cbc')
})

test('refuses RC2 whatever is allowed [security S14]', () => {
  const aes = Buffer.from(der.oid('2.16.840.1.101.3.4.1.2'))
  const rc2 = Buffer.from(der.oid('1.2.840.113549.3.2'))
  const at = Buffer.from(envelope).indexOf(aes)
  // The OID is one byte shorter; the tag number of a byte that is left over must not matter here.
  const changed = Buffer.from(envelope)
  changed.set([...rc2.subarray(0, 1), aes.length - 2, ...rc2.subarray(2), 1], at)
  assert.equal(outcomeOf(pkiMessage(changed, device), true), 'badAlg cms_cipher')
})

test('refuses MD5 with badAlg, to be answered with SHA-256 [security S14]', () => {
  const md5 = der.sequence(der.oid('1.2.840.113549.2.5'), der.nothing)
  const opened = open(pkiMessage(envelope, device, { digestAlgorithm: md5 }))

  assert.ok(opened.kind === 'refusal')
  assert.deepEqual(
    [opened.failInfo, opened.code, opened.hash],
    ['badAlg', 'cms_algorithm', 'sha256'],
  )
})

test('takes SHA-1, SHA-256, SHA-384 and SHA-512 as digest [security S14]', () => {
  for (const hash of ['sha1', 'sha256', 'sha384', 'sha512'] as const) {
    const opened = open(pkiMessage(envelope, device, { hash }))
    assert.deepEqual([opened.kind, opened.hash], ['request', hash])
  }
})

test('refuses a weak key, of the signer and of the request [security S9]', () => {
  const weak = makeHolder({ key: makeKey('rsa-1024') })

  assert.equal(outcomeOf(pkiMessage(envelope, weak)), 'badAlg key_rsa_size')
  assert.equal(outcomeOf(pkiMessage(seal(certificateRequest(weak)), device)), 'badAlg key_rsa_size')
})

test('certifies an EC key, and refuses one as signer, who could not open the answer', () => {
  const ec = makeHolder({ key: makeKey('p-256') })

  assert.equal(outcomeOf(pkiMessage(seal(certificateRequest(ec)), device)), 'request')
  assert.equal(outcomeOf(pkiMessage(envelope, ec)), 'badAlg key_type')
})

test('refuses a request that is signed with another key than its own [security S10]', () => {
  const forged = certificateRequest(requested, { key: device.key })

  assert.equal(
    outcomeOf(pkiMessage(seal(forged), device)),
    'badMessageCheck scep_request_signature',
  )
})

test('refuses an outer signature by another key than the certificate beside it [security S10 C2]', () => {
  assert.equal(
    outcomeOf(pkiMessage(envelope, device, { key: requested.key })),
    'badMessageCheck cms_signature',
  )
})

test('an envelope for somebody else is refused without a try', () => {
  const stranger = makeHolder({ key: makeKey('rsa-2048'), subject: [[['CN', 'Stranger']]] })
  const foreign = sealEnvelopedData(request, {
    recipient: stranger.certificate,
    cipher: 'aes-128-cbc',
  })

  assert.equal(outcomeOf(pkiMessage(foreign, device)), 'badMessageCheck scep_envelope')
})

test('cannot answer what has no signed attributes, no signer, or several [security C4 C6]', () => {
  const message = (...signerInfos: readonly Uint8Array[]): string =>
    outcomeOf(
      signedData({
        signerInfos,
        certificates: [device.certificate.bytes],
        content: der.octetString(envelope),
      }),
    )
  assert.equal(message(signerInfo(device, envelope)), 'scep_transaction_id')
  assert.equal(message(), 'cms_signer_count')
  assert.equal(
    message(signerInfo(device, envelope), signerInfo(device, envelope)),
    'cms_signer_count',
  )
})

test('refuses a message without content, with empty content and with content that is no envelope', () => {
  for (const [content, outcome] of [
    [Buffer.alloc(0), 'badMessageCheck asn1_truncated'],
    [Buffer.from('0'), 'badMessageCheck asn1_truncated'],
    [request, 'badMessageCheck asn1_unexpected'],
  ] as const) {
    assert.equal(outcomeOf(pkiMessage(content, device)), outcome)
  }
})

test('passes on what is no fault of the sender', () => {
  const broken = {
    certificate: ra.certificate,
    decrypter: {
      publicKey: recipient.decrypter.publicKey,
      decrypt: (): Uint8Array => {
        throw new RangeError('the key is gone')
      },
    },
  }
  assert.throws(
    () =>
      openRequest(pkiMessage(envelope, device), {
        recipient: broken,
        keyPolicy: STANDARD_KEY_POLICY,
        allowSingleDes: false,
      }),
    RangeError,
  )
})
