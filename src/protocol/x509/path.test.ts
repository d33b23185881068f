import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusal } from '../../../test/codec/damage.ts'
import {
  decodePem,
  listFixtures,
  readCertificate,
  readFixture,
  readShared,
  skipWithoutShared,
} from '../../../test/codec/fixture.ts'
import {
  type Holder,
  makeHolder,
  makeKey,
  NOT_AFTER,
  NOT_BEFORE,
} from '../../../test/codec/holder.ts'
import { decodeSignedData, verifyDecoded } from '../cms/index.ts'
import {
  basicConstraints,
  type Certificate,
  decodeCertificate,
  decodeName,
  encodeName,
  type Hash,
  isCa,
  keyUsage,
} from './index.ts'
import { findPathFault, type PathFault } from './path.ts'

const ANY_HASH: readonly Hash[] = ['sha1', 'sha256', 'sha384', 'sha512']
const APPLE: readonly Hash[] = ['sha1', 'sha256']

const deviceCa = readCertificate('certs/apple-Apple_iPhone_Device_CA.pem')
const iphoneCa = readCertificate('certs/apple-Apple_iPhone_Certification_Authority.pem')
const root = readCertificate('certs/apple-Apple_Root_CA.pem')
const LEAVES = {
  '2018, SHA-1': readCertificate('certs/micromdm-appleca_signed.pem'),
  '2022, SHA-1': readCertificate('certs/apple-0B5938EB-A130-466F-BFA5-BFA950500D03.pem'),
  '2024, SHA-256': readCertificate('certs/micromdm-appleca_signed_newer.pem'),
}

for (const [made, leaf] of Object.entries(LEAVES)) {
  test(`the Device CA signed the device made ${made}, whatever the dates`, () => {
    assert.equal(findPathFault(leaf, deviceCa, { hashes: APPLE }), undefined)
  })

  test(`no other certificate signed the device made ${made} [security C5 C10]`, () => {
    for (const other of [root, iphoneCa]) {
      assert.equal(findPathFault(leaf, other, { hashes: APPLE }), 'issuer_name')
    }
    for (const other of Object.values(LEAVES)) {
      assert.equal(findPathFault(leaf, other, { hashes: APPLE }), 'issuer_name')
      assert.equal(
        findPathFault(leaf, { ...other, subject: deviceCa.subject }, { hashes: APPLE }),
        'issuer_not_ca',
      )
    }
  })
}

test('accepts SHA-1 only where it is named', () => {
  const leaf = LEAVES['2018, SHA-1']

  assert.equal(findPathFault(leaf, deviceCa, { hashes: ['sha256'] }), 'signature_algorithm')
  assert.equal(findPathFault(leaf, deviceCa, { hashes: [] }), 'signature_algorithm')
})

test('looks at dates where a time is given', () => {
  const leaf = LEAVES['2024, SHA-256']
  const at = (iso: string): PathFault | undefined =>
    findPathFault(leaf, deviceCa, { hashes: APPLE, at: Date.parse(iso) })

  assert.equal(at('2024-04-29T19:35:41Z'), 'not_yet_valid')
  assert.equal(at('2024-04-29T19:35:42Z'), undefined)
  assert.equal(at('2027-04-29T19:35:42Z'), undefined)
  assert.equal(at('2027-04-29T19:35:43Z'), 'expired')
})

test('the Apple chain above the Device CA verifies step by step', () => {
  assert.equal(findPathFault(deviceCa, iphoneCa, { hashes: APPLE }), undefined)
  assert.equal(findPathFault(iphoneCa, root, { hashes: APPLE }), undefined)
  assert.equal(findPathFault(root, root, { hashes: APPLE }), undefined)
})

test('what else chains to the Apple root is no device: its CAs, a developer certificate [security C5]', () => {
  for (const other of [deviceCa, iphoneCa, root]) {
    assert.equal(findPathFault(other, deviceCa, { hashes: APPLE }), 'issuer_name')
  }
})

test('an APNs push certificate of Apple is no device [security C5]', {
  skip: skipWithoutShared,
}, () => {
  const [push] = decodePem(readShared('fixtures/mdm/nanomdm/push.pem'))
  assert.ok(push)
  assert.equal(findPathFault(decodeCertificate(push), deviceCa, { hashes: APPLE }), 'issuer_name')
})

const caExtensions = [basicConstraints({ ca: true }), keyUsage('keyCertSign', 'cRLSign')]
const leafExtensions = [basicConstraints({ ca: false }), keyUsage('digitalSignature')]
const ca = makeHolder({
  key: makeKey('p-256'),
  subject: [[['CN', 'CA']]],
  extensions: caExtensions,
})
const leafKey = makeKey('p-256')
const certify = (issuer: Holder, extensions = leafExtensions): Holder =>
  makeHolder({ key: leafKey, issuer, subject: [[['CN', 'leaf']]], extensions })
const fault = (child: Holder | Certificate, issuer: Holder, at?: number): PathFault | undefined =>
  findPathFault('certificate' in child ? child.certificate : child, issuer.certificate, {
    hashes: ANY_HASH,
    ...(at === undefined ? {} : { at }),
  })

test('a CA that has the very name, serial number and key identifier of ours, but not its key, is refused [security C5]', () => {
  const impostor = makeHolder({
    key: makeKey('p-256'),
    subject: [[['CN', 'CA']]],
    extensions: caExtensions,
  })
  const forged = certify({
    ...impostor,
    certificate: { ...impostor.certificate, publicKey: ca.certificate.publicKey },
  })

  assert.equal(fault(certify(ca), ca), undefined)
  assert.equal(fault(forged, ca), 'signature')
})

test('a device that forges a Device CA by name is refused [security C5]', () => {
  const forger = makeHolder({
    key: makeKey('rsa-2048'),
    subject: decodeName(deviceCa.subject),
    extensions: caExtensions,
  })
  const forged = certify({
    ...forger,
    certificate: { ...forger.certificate, subject: deviceCa.subject },
  })

  assert.deepEqual(Buffer.from(forged.certificate.issuer), Buffer.from(deviceCa.subject))
  assert.equal(findPathFault(forged.certificate, deviceCa, { hashes: APPLE }), 'signature')
})

test('a leaf signs nobody, nor does a CA without keyCertSign or with a key for signing messages [security C10]', () => {
  const issuers = {
    leaf: certify(ca),
    'no BasicConstraints': certify(ca, [keyUsage('keyCertSign')]),
    'cA false': certify(ca, [basicConstraints({ ca: false }), keyUsage('keyCertSign')]),
    'no keyCertSign': certify(ca, [
      basicConstraints({ ca: true }),
      keyUsage('digitalSignature', 'cRLSign'),
    ]),
  }
  for (const [what, issuer] of Object.entries(issuers)) {
    assert.equal(fault(certify(issuer), issuer), 'issuer_not_ca', what)
  }
  const plain = certify(ca, [basicConstraints({ ca: true })])
  assert.equal(fault(certify(plain), plain), undefined)
})

test('a critical extension that nobody here understands is refused, an uncritical one is not [security C10]', () => {
  const unknown = { oid: '1.2.3.4', critical: true, value: Uint8Array.of(5, 0) }

  assert.equal(fault(certify(ca, [unknown]), ca), 'critical_extension')
  assert.equal(fault(certify(ca, [{ ...unknown, critical: false }]), ca), undefined)
})

test('every changed byte of a certificate is refused one way or another [security C2]', () => {
  const { bytes } = certify(ca).certificate
  const outcomes = new Set<string>()
  for (let at = 0; at < bytes.length; at++) {
    const changed = Uint8Array.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    let found: PathFault | undefined
    const code = refusal(() => {
      found = fault(decodeCertificate(changed), ca)
    })
    assert.ok(code ?? found, `byte ${at}`)
    outcomes.add(code ?? found ?? '')
  }
  assert.ok(outcomes.has('signature') && outcomes.has('issuer_name'))
})

test('is valid from the first to the last of its milliseconds', () => {
  const leaf = certify(ca)

  assert.equal(fault(leaf, ca, NOT_BEFORE - 1), 'not_yet_valid')
  assert.equal(fault(leaf, ca, NOT_BEFORE), undefined)
  assert.equal(fault(leaf, ca, NOT_AFTER), undefined)
  assert.equal(fault(leaf, ca, NOT_AFTER + 1), 'expired')
})

/**
 * NIST PKITS: what is wrong with signer or CA, `valid`, or `beyond` where the fault lies in what a step
 * of a path does not look at (revocation, the count of CAs above it).
 */
const PKITS: Readonly<Record<string, PathFault | 'valid' | 'beyond' | 'asn1_value'>> = {
  // The CA's signature does not even end on a byte.
  InvalidCASignatureTest2: 'asn1_value',
  InvalidEESignatureTest3: 'signature',
  InvalidEEnotAfterDateTest6: 'expired',
  InvalidEEnotBeforeDateTest2: 'not_yet_valid',
  InvalidLongSerialNumberTest18: 'beyond',
  InvalidMissingbasicConstraintsTest1: 'issuer_not_ca',
  InvalidNegativeSerialNumberTest15: 'beyond',
  InvalidRevokedCATest2: 'beyond',
  InvalidRevokedEETest3: 'beyond',
  InvalidUnknownCriticalCertificateExtensionTest2: 'critical_extension',
  InvalidcAFalseTest2: 'issuer_not_ca',
  InvalidcAFalseTest3: 'issuer_not_ca',
  InvalidkeyUsageCriticalkeyCertSignFalseTest1: 'issuer_not_ca',
  InvalidpathLenConstraintTest5: 'beyond',
  ValidLongSerialNumberTest16: 'valid',
  ValidSignaturesTest1: 'valid',
}

const anchor = readCertificate('pyca/pkits/TrustAnchorRootCertificate.crt')
const PKITS_DAY = Date.UTC(2015, 0, 1)

/** The signature and the first part of a multipart/signed message, the latter as it was signed. */
const readSigned = (file: string): { signature: Uint8Array; content: Uint8Array } => {
  const text = Buffer.from(readFixture(`pyca/pkits/${file}`))
    .toString('latin1')
    .replaceAll(/\r?\n/g, '\r\n')
  const boundary = /boundary="([^"]+)"/.exec(text)?.[1] ?? ''
  const [, content = '', signature = ''] = text.split(`--${boundary}`)
  const base64 = signature.slice(signature.indexOf('\r\n\r\n'))
  return {
    content: Buffer.from(content.slice(2, -2), 'latin1'),
    signature: Buffer.from(base64, 'base64'),
  }
}

const findFault = (file: string): PathFault | undefined => {
  const { signature, content } = readSigned(file)
  const message = decodeSignedData(signature)
  const { signer } = verifyDecoded(
    { ...message, content },
    { signedAttributes: 'optional', hashes: ['sha256'] },
  )
  const bag = message.certificates.map(({ bytes }) => decodeCertificate(bytes))
  const options = { hashes: ANY_HASH, at: PKITS_DAY }
  // From the signer up; every CA of these messages has one issuer in the bag or is below the anchor.
  for (let child = signer; ; ) {
    const issuer = bag.find(({ subject }) => Buffer.compare(subject, child.issuer) === 0)
    const found = findPathFault(child, issuer ?? anchor, options)
    if (found !== undefined || issuer === undefined) return found
    child = issuer
  }
}

for (const [name, expected] of Object.entries(PKITS)) {
  test(`PKITS Signed${name}: ${expected} [security C10] [proof F4]`, () => {
    let fault: PathFault | undefined
    const code = refusal(() => {
      fault = findFault(`Signed${name}.eml`)
    })
    assert.equal(
      code ?? fault,
      expected === 'valid' || expected === 'beyond' ? undefined : expected,
    )
  })
}

test('has an expectation for every PKITS message [proof F4]', () => {
  const messages = listFixtures('pyca/pkits').filter((file) => file.endsWith('.eml'))
  assert.deepEqual(
    messages,
    Object.keys(PKITS)
      .map((name) => `Signed${name}.eml`)
      .toSorted(),
  )
})

test('tells CAs from others', () => {
  assert.ok(isCa(deviceCa))
  assert.ok(!isCa(LEAVES['2018, SHA-1']))
  assert.ok(!isCa(certify(ca).certificate))
  assert.deepEqual(Buffer.from(ca.certificate.subject), Buffer.from(encodeName([[['CN', 'CA']]])))
})
