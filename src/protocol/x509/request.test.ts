import assert from 'node:assert/strict'
import { type KeyObject, sign } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { bitFlips, flip, refusal, survive, truncations } from '../../../test/codec/damage.ts'
import { listFixtures, readDer, readFixture } from '../../../test/codec/fixture.ts'
import { algorithmOf, makeKey, publicKeyOf } from '../../../test/codec/holder.ts'
import { mutations } from '../../../test/mutate.ts'
import { der, Tag } from '../asn1/index.ts'
import {
  type CertificateRequest,
  decodeCertificateRequest,
  decodeName,
  encodeCertificateRequest,
  encodeCertificateRequestInfo,
  encodeName,
  findKeyFault,
  formatName,
  LEGACY_KEY_POLICY,
  PublicKey,
  STANDARD_KEY_POLICY,
  verifyCertificateRequest,
} from './index.ts'

/** `verified`, `unverified`, or the code of a refusal; and the challenge password, if there is one. */
const REQUESTS: Readonly<Record<string, readonly [outcome: string, challenge?: string]>> = {
  'bad-version.pem': ['unverified'],
  'basic_constraints.pem': ['unverified'],
  'challenge-invalid.der': ['asn1_unexpected'],
  'challenge-multi-valued.der': ['x509_request'],
  'challenge-unstructured.pem': ['verified', 'beauty'],
  'challenge.pem': ['verified', 'challenge me!'],
  'dsa_sha1.der': ['unverified'],
  'dsa_sha1.pem': ['unverified'],
  'ec_sha256.der': ['verified'],
  'ec_sha256.pem': ['verified'],
  'ec_sha256_old_header.pem': ['verified'],
  'freeipa-bad-critical.pem': ['verified'],
  'invalid_signature.pem': ['unverified'],
  'long-form-attribute.pem': ['asn1_tag'],
  'rsa_md4.der': ['unverified'],
  'rsa_md4.pem': ['unverified'],
  'rsa_sha1.der': ['verified'],
  'rsa_sha1.pem': ['verified'],
  'rsa_sha256.der': ['verified'],
  'rsa_sha256.pem': ['verified'],
  'san_rsa_sha1.der': ['verified'],
  'san_rsa_sha1.pem': ['verified'],
  'two_basic_constraints.pem': ['x509_extension'],
  'unsupported_extension.pem': ['unverified'],
  'unsupported_extension_critical.pem': ['unverified'],
  'zero-element-attribute.pem': ['x509_request'],
}

for (const [file, [expected, challenge]] of Object.entries(REQUESTS)) {
  test(`the request ${file}: ${expected} [security S8 S10] [proof F4]`, () => {
    let request: CertificateRequest | undefined
    const code = refusal(() => {
      request = decodeCertificateRequest(readDer(`pyca/requests/${file}`))
    })
    const outcome = request && (verifyCertificateRequest(request) ? 'verified' : 'unverified')
    assert.equal(code ?? outcome, expected)
    assert.equal(request?.challengePassword, challenge)
  })
}

test('has an expectation for every request [proof F4]', () => {
  assert.deepEqual(listFixtures('pyca/requests'), Object.keys(REQUESTS).toSorted())
})

test("reads Apple's own request, whose version is 2", () => {
  const request = decodeCertificateRequest(readFixture('scep/micromdm-PKCSReq.inner.csr.der'))

  assert.match(
    formatName(decodeName(request.subject)),
    /^CN=com\.apple\.security\.scep\.[0-9A-F-]{36}$/,
  )
  assert.ok(verifyCertificateRequest(request))
  assert.equal(findKeyFault(request.publicKey.parts, STANDARD_KEY_POLICY), 'key_rsa_size')
  assert.equal(findKeyFault(request.publicKey.parts, LEGACY_KEY_POLICY), undefined)
})

const rsa = makeKey('rsa-2048')
const ec = makeKey('p-256')

const build = (key: KeyObject, challengePassword?: string): Uint8Array =>
  finish(
    encodeCertificateRequestInfo({
      subject: encodeName([[['O', 'ACME']], [['CN', 'Anna']]]),
      publicKey: publicKeyOf(key),
      ...(challengePassword === undefined ? {} : { challengePassword }),
    }),
    key,
  )
const finish = (info: Uint8Array, key: KeyObject): Uint8Array =>
  encodeCertificateRequest(info, algorithmOf(key), sign('sha256', info, key))

for (const [kind, key] of [
  ['RSA', rsa],
  ['P-256', ec],
] as const) {
  test(`a request that we build reads back and verifies: ${kind}`, () => {
    const request = decodeCertificateRequest(build(key, 'secret'))

    assert.equal(formatName(decodeName(request.subject)), 'CN=Anna,O=ACME')
    assert.equal(request.challengePassword, 'secret')
    assert.equal(request.requestedExtensions.size, 0)
    assert.deepEqual(Buffer.from(request.publicKey.bytes), Buffer.from(publicKeyOf(key)))
    assert.ok(verifyCertificateRequest(request))
  })

  test(`no request with one changed bit verifies but for bits that say nothing: ${kind} [security S10]`, () => {
    const original = decodeCertificateRequest(build(key, 'secret'))
    for (let at = 0; at < original.bytes.length; at++) {
      let changed: CertificateRequest | undefined
      const code = refusal(() => {
        const request = decodeCertificateRequest(flip(original.bytes, at, 1 << (at & 7)))
        if (verifyCertificateRequest(request)) changed = request
      })
      // The parameters of the signature algorithm are the only bytes that no signature covers.
      if (code === undefined && changed !== undefined) {
        assert.deepEqual(Buffer.from(changed.info), Buffer.from(original.info), `byte ${at}`)
        assert.notDeepEqual(changed.signatureAlgorithm.bytes, original.signatureAlgorithm.bytes)
      }
    }
  })
}

test('a request signed by another key than its own does not verify [security S10]', () => {
  const info = encodeCertificateRequestInfo({
    subject: encodeName([]),
    publicKey: publicKeyOf(rsa),
  })

  assert.ok(!verifyCertificateRequest(decodeCertificateRequest(finish(info, makeKey('rsa-2048')))))
  assert.ok(!verifyCertificateRequest(decodeCertificateRequest(finish(info, ec))))
})

test('every challenge password reads back, printable or not', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), (challenge) => {
      assert.equal(decodeCertificateRequest(build(ec, challenge)).challengePassword, challenge)
    }),
  )
})

const CHALLENGE = der.oid('1.2.840.113549.1.9.7')
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14'
const withAttributes = (...attributes: Uint8Array[]): Uint8Array =>
  finish(
    der.sequence(
      der.smallInteger(0),
      encodeName([]),
      publicKeyOf(ec),
      der.tagged(0, ...attributes),
    ),
    ec,
  )
const challengeOf = (bytes: Uint8Array): string | undefined =>
  decodeCertificateRequest(bytes).challengePassword

test('reads a challenge password of every string type', () => {
  for (const value of [
    der.printableString('secret'),
    der.utf8String('secret'),
    der.ia5String('secret'),
    der.tlv(Tag.teletexString, Buffer.from('secret')),
    der.tlv(Tag.bmpString, Buffer.from('\0s\0e\0c\0r\0e\0t', 'latin1')),
  ]) {
    assert.equal(challengeOf(withAttributes(der.sequence(CHALLENGE, der.setOf([value])))), 'secret')
  }
})

test('refuses a challenge password that is not exactly one string', () => {
  const value = der.printableString('secret')
  const attribute = der.sequence(CHALLENGE, der.setOf([value]))
  for (const [attributes, code] of [
    [[attribute, attribute], 'x509_request'],
    [[der.sequence(CHALLENGE, der.setOf([value, der.utf8String('other')]))], 'x509_request'],
    [[der.sequence(CHALLENGE, der.setOf([]))], 'x509_request'],
    [[der.sequence(CHALLENGE, value)], 'asn1_unexpected'],
    [[der.sequence(CHALLENGE, der.setOf([der.smallInteger(1)]))], 'asn1_unexpected'],
    [[der.sequence(CHALLENGE, der.setOf([value]), der.nothing)], 'asn1_unexpected'],
  ] as const) {
    assert.equal(
      refusal(() => challengeOf(withAttributes(...attributes))),
      code,
    )
  }
})

test('reads requested extensions under both of their OIDs', () => {
  const extension = der.sequence(
    der.oid('2.5.29.19'),
    der.octetString(der.sequence(der.boolean(true))),
  )
  for (const oid of [EXTENSION_REQUEST, '1.3.6.1.4.1.311.2.1.14']) {
    const bytes = withAttributes(der.sequence(der.oid(oid), der.setOf([der.sequence(extension)])))
    assert.deepEqual([...decodeCertificateRequest(bytes).requestedExtensions.keys()], ['2.5.29.19'])
  }
})

test('takes versions 0 to 2 and no other, and a request without attributes', () => {
  const withVersion = (version: number): Uint8Array =>
    finish(der.sequence(der.smallInteger(version), encodeName([]), publicKeyOf(ec)), ec)

  for (const version of [0, 1, 2]) {
    assert.ok(verifyCertificateRequest(decodeCertificateRequest(withVersion(version))))
  }
  assert.equal(
    refusal(() => decodeCertificateRequest(withVersion(3))),
    'x509_request',
  )
})

test('a key that OpenSSL cannot read is malformed, one of another kind is of no use [security S9]', () => {
  const x25519 = der.sequence(
    der.sequence(der.oid('1.3.101.110')),
    der.bitString(new Uint8Array(32).fill(9)),
  )
  const broken = der.sequence(
    der.sequence(der.oid('1.2.840.113549.1.1.1'), der.nothing),
    der.bitString(der.sequence()),
  )

  assert.equal(
    refusal(() => new PublicKey(x25519).parts),
    'key_type',
  )
  assert.equal(
    refusal(() => new PublicKey(broken).key),
    'key_malformed',
  )
  assert.equal(
    refusal(() => new PublicKey(broken).parts),
    'asn1_unexpected',
  )
})

const readWhole = (bytes: Uint8Array): void => {
  const request = decodeCertificateRequest(bytes)
  decodeName(request.subject)
  verifyCertificateRequest(request)
  findKeyFault(request.publicKey.parts, LEGACY_KEY_POLICY)
}

test('survives every truncation and every flipped bit of a request [security C8]', () => {
  for (const bytes of [build(ec, 'secret'), readFixture('scep/micromdm-PKCSReq.inner.csr.der')]) {
    assert.equal(survive(readWhole, truncations(bytes)).taken, 0)
    survive(readWhole, bitFlips(bytes))
  }
})

test('survives 20,000 mutations of requests [security C8]', () => {
  const seeds = [
    build(ec, 'secret'),
    ...Object.keys(REQUESTS).map((file) => readDer(`pyca/requests/${file}`)),
  ]

  const { taken, refused } = survive(readWhole, mutations(510, seeds, 20_000))
  assert.equal(taken + refused, 20_000)
})
