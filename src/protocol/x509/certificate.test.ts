import assert from 'node:assert/strict'
import { createHook } from 'node:async_hooks'
import { sign, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { bitFlips, byteFlips, refusal, survive, truncations } from '../../../test/codec/damage.ts'
import {
  listFixtures,
  readArchive,
  readDer,
  readFixture,
  skipWithoutShared,
} from '../../../test/codec/fixture.ts'
import { makeKey, NOT_AFTER, NOT_BEFORE, publicKeyOf } from '../../../test/codec/holder.ts'
import { mutations } from '../../../test/mutate.ts'
import { decode } from '../asn1/index.ts'
import { decodeSignedData } from '../cms/index.ts'
import {
  authorityKeyIdentifier,
  basicConstraints,
  type Certificate,
  certificateFingerprint,
  decodeCertificate,
  decodeName,
  encodeCertificate,
  encodeIssuerAndSerialNumber,
  encodeName,
  encodeTbsCertificate,
  extendedKeyUsage,
  findSubjectKeyIdentifier,
  formatName,
  isCa,
  keyUsage,
  PublicKey,
  peekIssuerAndSerialNumber,
  subjectAltName,
  subjectKeyIdentifier,
  verifySignature,
} from './index.ts'

const inFolder = (folder: string): [name: string, bytes: Uint8Array][] =>
  listFixtures(folder)
    .filter((file) => file.endsWith('.pem') && !file.endsWith('.key.pem'))
    .map((file) => [file, readDer(`${folder}/${file}`)])

const inMessage = (path: string): [name: string, bytes: Uint8Array][] =>
  decodeSignedData(readFixture(path)).certificates.map(({ bytes }, index) => [
    `${path} #${index}`,
    bytes,
  ])

const REAL = [
  ...inFolder('certs'),
  ...inFolder('scep'),
  ...inMessage('ota/phase2-zentral.p7m'),
  ...inMessage('scep/micromdm-PKCSReq.der'),
  ...inMessage('scep/commandment-mdmclient-PKIOperation.der'),
  ...inMessage('scep/jscep-req2.der'),
  ...inMessage('scep/smallstep-CertRep.der'),
  ...inMessage('pyca/pkcs7/amazon-roots.p7b'),
]

const asNodeWrites = (certificate: Certificate, side: 'subject' | 'issuer'): string =>
  formatName(decodeName(certificate[side]).toReversed()).replaceAll(',', '\n')

/** `CN=a,O=b` and node's lines compare once both are sets of `type=value`. */
const pairs = (name: string | undefined): string[] =>
  (name ?? '').split('\n').filter(Boolean).toSorted()

test('finds 26 real certificates to read', () => {
  assert.equal(REAL.length, 26)
})

for (const [name, bytes] of REAL) {
  test(`reads ${name} as node:crypto does`, () => {
    const certificate = decodeCertificate(bytes)

    const node = new X509Certificate(bytes)
    assert.equal(
      BigInt(`0x${Buffer.from(certificate.serialNumber).toString('hex')}`),
      BigInt(`0x${node.serialNumber}`),
    )
    assert.equal(new Date(certificate.notBefore).getTime(), Date.parse(node.validFrom))
    assert.equal(new Date(certificate.notAfter).getTime(), Date.parse(node.validTo))
    assert.equal(
      certificateFingerprint(bytes),
      node.fingerprint256.replaceAll(':', '').toLowerCase(),
    )
    assert.equal(isCa(certificate), node.ca)
    assert.ok(certificate.publicKey.key.equals(node.publicKey))
    assert.deepEqual(pairs(asNodeWrites(certificate, 'issuer')), pairs(node.issuer))
    assert.deepEqual(pairs(asNodeWrites(certificate, 'subject')), pairs(node.subject))
    assert.deepEqual(peekIssuerAndSerialNumber(decode(bytes, 'der')), {
      issuer: certificate.issuer,
      serialNumber: certificate.serialNumber,
    })
  })
}

/** `taken`, or the code with which reading the certificate, its subject or its key is refused. */
const CUSTOM: Readonly<Record<string, string>> = {
  'alternate-rsa-sha1-oid.der': 'taken',
  'bad_country.pem': 'taken',
  'cdp_empty_hostname.pem': 'taken',
  'ec_no_named_curve.pem': 'taken',
  'ecdsa_null_alg.pem': 'taken',
  'empty-eku.pem': 'taken',
  'invalid_signature_cert.pem': 'taken',
  'invalid_utf8_common_name.pem': 'asn1_value',
  'invalid_version.pem': 'x509_certificate',
  'long-form-name-attribute.pem': 'asn1_tag',
  'malformed-ian.pem': 'taken',
  'malformed-san.pem': 'taken',
  'mismatch_inner_outer_sig_algorithm.der': 'x509_certificate',
  'name_attribute_unsupported_tag.pem': 'asn1_truncated',
  'nc_permitted_excluded.pem': 'taken',
  'negative_serial.pem': 'taken',
  'no_sans.pem': 'taken',
  'post2000utctime.pem': 'taken',
  'rsa_pss_cert_invalid_mgf.der': 'x509_certificate',
  'san_email_dns_ip_dirname_uri.pem': 'taken',
  'san_empty_hostname.pem': 'taken',
  'san_other_name.pem': 'taken',
  'two_basic_constraints.pem': 'x509_extension',
  'unsupported_extension_critical.pem': 'taken',
  'unsupported_subject_name.pem': 'taken',
  'unsupported_subject_public_key_info.pem': 'key_malformed',
  'utf8_common_name.pem': 'taken',
  'valid_signature_cert.pem': 'taken',
}

const readWhole = (bytes: Uint8Array): Certificate => {
  const certificate = decodeCertificate(bytes)
  decodeName(certificate.subject)
  decodeName(certificate.issuer)
  certificate.publicKey.key
  certificate.publicKey.identifier
  isCa(certificate)
  findSubjectKeyIdentifier(certificate.extensions)
  return certificate
}

for (const [file, expected] of Object.entries(CUSTOM)) {
  test(`the odd certificate ${file}: ${expected} [security C8] [proof F4]`, () => {
    const found = refusal(() => readWhole(readDer(`pyca/custom/${file}`)))
    assert.equal(found ?? 'taken', expected)
  })
}

test('has an expectation for every odd certificate [proof F4]', () => {
  assert.deepEqual(listFixtures('pyca/custom'), Object.keys(CUSTOM).toSorted())
})

test('tells one changed bit of a signature from none', () => {
  const isSelfSigned = (file: string): boolean => {
    const { signatureAlgorithm, tbs, signature, publicKey } = readWhole(
      readDer(`pyca/custom/${file}`),
    )
    const check = { algorithm: signatureAlgorithm, data: tbs, signature, key: publicKey.key }
    return verifySignature(check)
  }
  assert.ok(isSelfSigned('post2000utctime.pem'))
  assert.ok(!isSelfSigned('negative_serial.pem'))
})

const issuerKey = makeKey('p-256')
const key = makeKey('rsa-2048')
const subject = encodeName([[['O', 'ACME Inc.']], [['CN', 'Zürich']]])
const issuer = encodeName([[['CN', 'windfall']]])
const publicKey = new PublicKey(publicKeyOf(key))

const build = (serialNumber: Uint8Array, notAfter = NOT_AFTER): Uint8Array => {
  const tbs = encodeTbsCertificate({
    serialNumber,
    issuer,
    subject,
    notBefore: NOT_BEFORE,
    notAfter,
    publicKey: publicKey.bytes,
    extensions: [
      basicConstraints({ ca: false }),
      keyUsage('digitalSignature', 'keyEncipherment'),
      extendedKeyUsage('clientAuth'),
      subjectKeyIdentifier(publicKey.identifier),
      authorityKeyIdentifier(new PublicKey(publicKeyOf(issuerKey)).identifier),
      subjectAltName(['windfall.example', '127.0.0.1']),
    ],
    signer: 'ecdsa',
  })
  return encodeCertificate(tbs, 'ecdsa', sign('sha256', tbs, issuerKey))
}

test('what we build says to node:crypto what the template says', () => {
  const bytes = build(Uint8Array.of(0x80, 1, 2), Date.UTC(2050, 0, 1))

  const node = new X509Certificate(bytes)
  assert.equal(node.serialNumber, '800102')
  assert.equal(node.subject, 'O=ACME Inc.\nCN=Zürich')
  assert.equal(node.issuer, 'CN=windfall')
  assert.equal(Date.parse(node.validFrom), NOT_BEFORE)
  assert.equal(Date.parse(node.validTo), Date.UTC(2050, 0, 1))
  assert.equal(node.ca, false)
  assert.equal(node.subjectAltName, 'DNS:windfall.example, IP Address:127.0.0.1')
  assert.deepEqual(node.keyUsage, ['1.3.6.1.5.5.7.3.2'])
  assert.ok(node.verify(new PublicKey(publicKeyOf(issuerKey)).key))
  assert.ok(node.checkPrivateKey(key))
})

test('what we build reads back as the template', () => {
  const serialNumber = Uint8Array.of(0x7f, ...new Uint8Array(19).fill(0xff))
  const certificate = decodeCertificate(build(serialNumber))

  assert.equal(certificate.version, 3)
  assert.deepEqual(Buffer.from(certificate.serialNumber), Buffer.from(serialNumber))
  assert.deepEqual(Buffer.from(certificate.subject), Buffer.from(subject))
  assert.deepEqual(Buffer.from(certificate.issuer), Buffer.from(issuer))
  assert.deepEqual([certificate.notBefore, certificate.notAfter], [NOT_BEFORE, NOT_AFTER])
  assert.deepEqual(Buffer.from(certificate.publicKey.bytes), Buffer.from(publicKey.bytes))
  assert.deepEqual(
    Buffer.from(findSubjectKeyIdentifier(certificate.extensions) ?? []),
    Buffer.from(publicKey.identifier),
  )
})

test('names a certificate with the octets of its serial number as sent, leading zero included', () => {
  const certificate = decodeCertificate(build(Uint8Array.of(0x80)))

  const named = decode(encodeIssuerAndSerialNumber(certificate), 'der').children
  assert.deepEqual(Buffer.from(named[0]?.bytes ?? []), Buffer.from(certificate.issuer))
  assert.deepEqual(Buffer.from(named[1]?.bytes ?? []), Buffer.from([2, 2, 0, 0x80]))
})

test('survives every truncation and every flipped bit of a certificate [security C8]', () => {
  const apple = readDer('certs/micromdm-appleca_signed_newer.pem')

  assert.deepEqual(survive(readWhole, truncations(apple)), { taken: 0, refused: apple.length })
  assert.ok(survive(readWhole, bitFlips(apple)).refused > apple.length)
})

test('survives truncations and flipped bits of every real certificate [security C8]', () => {
  for (const [, bytes] of REAL) {
    assert.equal(survive(readWhole, truncations(bytes)).taken, 0)
    survive(readWhole, byteFlips(bytes))
  }
})

test('survives 20,000 mutations of certificates [security C8]', () => {
  const seeds = [...REAL.map(([, bytes]) => bytes), build(Uint8Array.of(1))]

  const { taken, refused } = survive(readWhole, mutations(509, seeds, 20_000))
  assert.equal(taken + refused, 20_000)
})

test('survives the certificates of the OpenSSL fuzz corpus [security C8]', {
  skip: skipWithoutShared,
}, () => {
  const corpus = readArchive('vectors/openssl-fuzz-corpora/x509.tar.gz')

  const { taken, refused } = survive(readWhole, corpus.values())
  assert.equal(taken + refused, 849)
})

test('opens no connection and looks up no name, whatever a certificate points to [security C12]', () => {
  const started: string[] = []
  const hook = createHook({
    init: (_id, type) => {
      if (/TCP|UDP|PIPE|ADDRINFO|QUERY/.test(type)) started.push(type)
    },
  }).enable()
  try {
    for (const [, bytes] of REAL) readWhole(bytes)
    for (const file of listFixtures('pyca/custom'))
      refusal(() => readWhole(readDer(`pyca/custom/${file}`)))
  } finally {
    hook.disable()
  }
  assert.deepEqual(started, [])
})
