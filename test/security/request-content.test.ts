import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { der } from '../../src/protocol/asn1/index.ts'
import {
  basicConstraints,
  decodeCertificateRequest,
  decodeName,
  type Extension,
  encodeName,
  encodeTbsCertificate,
  extendedKeyUsage,
  findAttribute,
  keyUsage,
  PublicKey,
  subjectAltName,
} from '../../src/protocol/x509/index.ts'
import { flip } from '../codec/damage.ts'
import { listFixtures, readDer } from '../codec/fixture.ts'
import { type Holder, makeHolder, makeKey, publicKeyOf } from '../codec/holder.ts'
import { postPhase3 } from '../device.ts'
import { issuedTo, postScep, readReply } from '../scep-client.ts'
import { craftCsr, EXTENSION_REQUEST, MICROSOFT_EXTENSION_REQUEST, wrapCsr } from './crafted.ts'
import {
  finish,
  type Identified,
  identify,
  onlyCertificate,
  openScene,
  refused,
  rowsOf,
  type Scene,
  stateOf,
  toHex,
} from './scene.ts'

const key = makeKey('rsa-2048')
const otherKey = makeKey('rsa-2048')
const signer = makeHolder({ key: otherKey })

const OID = {
  nameConstraints: '2.5.29.30',
  subjectAltName: '2.5.29.17',
  userPrincipalName: '1.3.6.1.4.1.311.20.2.3',
}

/** The certificate that the profile of the CA says: nothing but key, serial number and dates is the request's. */
const expectedTbs = (scene: Scene, { certificate }: Holder, subject: Identified['subject']) => {
  const [, issuing] = scene.ca
  assert(issuing !== undefined)
  const { serialNumber, notBefore, notAfter } = certificate
  const extension = (oid: string, critical: boolean, hex: string): Extension => ({
    oid,
    critical,
    value: Buffer.from(hex, 'hex'),
  })
  return encodeTbsCertificate({
    serialNumber,
    issuer: issuing.subject,
    subject: encodeName(subject),
    notBefore,
    notAfter,
    publicKey: publicKeyOf(key),
    signer: 'ecdsa',
    extensions: [
      extension('2.5.29.19', true, '3000'),
      extension('2.5.29.15', true, '030205a0'),
      extension('2.5.29.37', false, '300a06082b06010505070302'),
      extension('2.5.29.14', false, `0414${toHex(new PublicKey(publicKeyOf(key)).identifier)}`),
      extension('2.5.29.35', false, `30168014${toHex(issuing.publicKey.identifier)}`),
    ],
  })
}

const TEXTS = [
  'admin',
  'root',
  'CN=admin,O=Apple',
  'anna\0admin',
  '\u202enimda',
  'a\r\nO=x',
  '*.example.com',
  "'; drop table certificate; --",
  '{{scep.challenge}}',
  'x'.repeat(3000),
]

const WISHES: readonly Extension[] = [
  basicConstraints({ ca: true }),
  keyUsage('keyCertSign', 'cRLSign', 'digitalSignature'),
  extendedKeyUsage('serverAuth', 'clientAuth'),
  subjectAltName(['mdm.example.com', '127.0.0.1', '*.example.com', 'a\0b.example.com']),
  {
    oid: OID.subjectAltName,
    critical: true,
    value: der.sequence(
      der.tagged(
        0,
        der.oid(OID.userPrincipalName),
        der.tagged(0, der.utf8String('administrator@example.com')),
      ),
    ),
  },
  {
    oid: OID.nameConstraints,
    critical: true,
    value: der.sequence(der.tagged(0, der.sequence(der.taggedPrimitive(2, Buffer.from('com'))))),
  },
  // id-pe-authorityInfoAccess, and one that nobody knows.
  { oid: '1.3.6.1.5.5.7.1.1', critical: false, value: der.sequence() },
  { oid: '1.2.3.4.5', critical: true, value: Uint8Array.of(0xff) },
]

const value = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'binary', maxLength: 60 }))
const type = fc.constantFrom('CN', 'O', 'OU', 'C', 'emailAddress', 'SERIALNUMBER', 'DC', '1.2.3')
const level = fc.array(fc.tuple(type, value), { minLength: 1, maxLength: 2 })

const wish = fc.record({
  subject: fc.array(level, { maxLength: 5 }).map(encodeName),
  version: fc.constantFrom(0, 1, 2),
  carrier: fc.constantFrom(EXTENSION_REQUEST, MICROSOFT_EXTENSION_REQUEST),
  extensions: fc
    .subarray([...WISHES])
    .map((some) => some.filter(({ oid }, at) => some.findIndex((e) => e.oid === oid) === at)),
})

test('300 requests for other names and powers get the certificate of the record, byte for byte [security S1 S8]', async () => {
  await using scene = await openScene()
  await fc.assert(
    fc.asyncProperty(wish, async (wanted) => {
      const { id, challenge, subject } = await identify(scene)
      const csr = craftCsr(key, { ...wanted, challenge })
      const request = wrapCsr(scene, csr, { signer })
      const holder = issuedTo(request, await postScep(scene.wire, request))
      assert.equal(toHex(holder.certificate.tbs), toHex(expectedTbs(scene, holder, subject)))
      assert.equal(findAttribute(decodeName(holder.certificate.subject), 'O'), 'windfall')
      const [row] = (await rowsOf(scene.db, 'enrollment')).filter((each) => each['id'] === id)
      assert.equal(row?.['state'], 'certified')
    }),
    { numRuns: 300, seed: 1 },
  )
})

test('every byte of a request, changed inside a new envelope: nothing is issued for changed content [security S10 C2]', async () => {
  await using scene = await openScene()
  const identified = await identify(scene)
  const csr = craftCsr(key, { challenge: identified.challenge })
  const { info, signature } = decodeCertificateRequest(csr)
  const infoAt = Buffer.from(csr).indexOf(info)
  const isSigned = (at: number) =>
    (at >= infoAt && at < infoAt + info.length) || at >= csr.length - signature.length
  const offsets = [...csr.keys()]
  const send = async (at: number) => {
    const request = wrapCsr(scene, flip(csr, at, 1 << (at & 7)), { signer })
    return readReply(request, await postScep(scene.wire, request))
  }
  const unreadable = {
    kind: 'failure',
    failInfo: 'badMessageCheck',
    text: 'the request cannot be read',
  }

  const before = await stateOf(scene)
  const signed = offsets.filter(isSigned)
  for (const at of signed) assert.deepEqual(await send(at), unreadable, `byte ${at}`)
  assert.deepEqual(await stateOf(scene), before)
  assert.equal((await rowsOf(scene.db, 'audit')).filter(isRefusal).length, signed.length)

  // Around what is signed stand lengths and the name of the algorithm: most changes break it, none changes it.
  for (const at of offsets.filter((each) => !isSigned(each))) {
    const reply = await send(at)
    if (reply.kind !== 'success') assert.deepEqual(reply, unreadable, `byte ${at}`)
  }
  const { certificate } = await finish(scene, identified, key)
  assert.deepEqual(decodeName(certificate.subject), identified.subject)
  await onlyCertificate(scene, identified.id)
})

const isRefusal = (row: Readonly<Record<string, unknown>>): boolean => row['outcome'] === 'refused'

test('a request for a key that its sender does not have is refused, also where the sender signs with a key of its own [security S10]', async () => {
  await using scene = await openScene()
  const identified = await identify(scene)
  const stolen = craftCsr(otherKey, {
    challenge: identified.challenge,
    publicKey: publicKeyOf(key),
  })
  const request = wrapCsr(scene, stolen, { signer })

  const { answer, code } = await refused(scene, () => postScep(scene.wire, request))

  assert.equal(code, 'scep_request_signature')
  assert.equal(toFailInfo(request, answer), 'badMessageCheck')
  await finish(scene, identified, key)
})

const toFailInfo = (...[request, answer]: Parameters<typeof readReply>): string | undefined => {
  const reply = readReply(request, answer)
  return reply.kind === 'failure' ? reply.failInfo : undefined
}

test('a challenge of another purpose is none for SCEP, and one of SCEP opens its own certificate only [security S1]', async () => {
  await using scene = await openScene()
  const identified = await identify(scene)
  const other = await identify(scene)

  const { code } = await refused(scene, () =>
    postScep(scene.wire, wrapCsr(scene, craftCsr(key, { challenge: other.offered }), { signer })),
  )
  assert.equal(code, 'challenge_unknown')

  const csr = craftCsr(key, {
    challenge: identified.challenge,
    subject: encodeName(other.subject),
  })
  const request = wrapCsr(scene, csr, { signer })
  const { certificate } = issuedTo(request, await postScep(scene.wire, request))
  assert.deepEqual(decodeName(certificate.subject), identified.subject)
  await finish(scene, other, otherKey)
})

test('none of the 26 requests of pyca gets a certificate, also not the one with the static challenge [security S8 S10]', async () => {
  const env = { WINDFALL_SCEP__STATIC_CHALLENGE: 'challenge me!' }
  await using scene = await openScene({ env })
  const files = listFixtures('pyca/requests')
  assert.equal(files.length, 26)

  const codes = new Map<string, unknown>()
  for (const file of files) {
    const request = wrapCsr(scene, readDer(`pyca/requests/${file}`), { signer })
    const { answer, code } = await refused(scene, () => postScep(scene.wire, request))
    assert.notEqual(toFailInfo(request, answer), undefined, file)
    codes.set(file, code)
  }

  // The right challenge, and no common name.
  assert.equal(codes.get('challenge.pem'), 'subject_common_name')
  assert.equal(codes.get('challenge-unstructured.pem'), 'challenge_unknown')
  assert.equal(codes.get('invalid_signature.pem'), 'scep_request_signature')
})

test('the static challenge gives a plain name and nothing else, and its certificate opens nothing [security S8 O3]', async () => {
  const env = { WINDFALL_SCEP__STATIC_CHALLENGE: 'a static challenge' }
  await using scene = await openScene({ env })
  const challenge = 'a static challenge'
  const send = (subject: Parameters<typeof encodeName>[0]) => {
    const csr = craftCsr(key, { challenge, subject: encodeName(subject), extensions: WISHES_ONCE })
    const request = wrapCsr(scene, csr, { signer })
    return { request, answer: postScep(scene.wire, request) }
  }

  for (const text of ['', 'anna\0admin', 'a\r\nb', '\u202enimda', 'x'.repeat(65)]) {
    const { answer, code } = await refused(scene, () => send([[['CN', text]]]).answer)
    assert.deepEqual([answer.status, code], [200, 'subject_common_name'], JSON.stringify(text))
  }
  assert.equal(
    (await refused(scene, () => send([[['O', 'x']]]).answer)).code,
    'subject_common_name',
  )

  const { request, answer } = send([[['O', 'windfall']], [['CN', "admin'; --"]], [['UID', '0']]])
  const holder = issuedTo({ ...request, key }, await answer)
  assert.equal(
    toHex(holder.certificate.tbs),
    toHex(expectedTbs(scene, holder, [[['CN', "admin'; --"]]])),
  )
  const { device } = await identify(scene)
  const { answer: phase3, code } = await refused(scene, () =>
    postPhase3(scene.wire, device, { signer: holder }),
  )
  assert.deepEqual([phase3.status, code], [403, 'certificate_wrong_purpose'])
})

const WISHES_ONCE = WISHES.filter(
  ({ oid }, at) => WISHES.findIndex((each) => each.oid === oid) === at,
)
