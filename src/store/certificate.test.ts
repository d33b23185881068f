import assert from 'node:assert/strict'
import { testOnDialects } from '../../test/dialect.ts'
import { givenEnrollment, NOW } from '../../test/rows.ts'
import { newId } from '../model/index.ts'
import {
  findCertificate,
  findCertificateBySha256,
  insertIntendedCertificate,
  listCertificates,
  storeSignature,
} from './certificate.ts'
import { isUniqueViolation } from './violation.ts'

const ISSUER = newId('keyPair', NOW)

const intended = (serialNumber: string, at = NOW) =>
  ({
    id: newId('certificate', at),
    issuer: ISSUER,
    serialNumber,
    purpose: 'ota',
    subject: 'CN=iPhone',
    publicKeySha256: 'aa',
    enrollmentId: null,
    deviceId: null,
    challengeId: newId('challenge', NOW),
    tbs: new Uint8Array([0x30, 0, 255]),
    notBefore: NOW,
    notAfter: NOW + 1,
    createdAt: at,
  }) as const

const NOT_SIGNED = {
  sha256: null,
  signature: null,
  issuedAt: null,
  revokedAt: null,
  revokedReason: null,
}

testOnDialects('knows a certificate before it is signed [security S16]', async (db) => {
  const certificate = { ...intended('01'), enrollmentId: await givenEnrollment(db) }
  await insertIntendedCertificate(db, certificate)
  assert.deepEqual(await findCertificate(db, certificate.id), { ...certificate, ...NOT_SIGNED })
})

testOnDialects(
  'a certificate gets one signature, whoever signs again [security S5]',
  async (db) => {
    const certificate = intended('01')
    await insertIntendedCertificate(db, certificate)
    const signature = new Uint8Array([1, 2, 3])

    assert.equal(
      await storeSignature(db, certificate.id, { signature, sha256: 'bb', at: NOW }),
      true,
    )
    const again = { signature: new Uint8Array([9]), sha256: 'cc', at: NOW + 1 }
    assert.equal(await storeSignature(db, certificate.id, again), false)

    const issued = { ...certificate, ...NOT_SIGNED, signature, sha256: 'bb', issuedAt: NOW }
    assert.deepEqual(await findCertificateBySha256(db, 'bb'), issued)
    assert.equal(await findCertificateBySha256(db, 'cc'), undefined)
  },
)

testOnDialects('refuses a serial number that its issuer has used [security S11]', async (db) => {
  await insertIntendedCertificate(db, intended('01'))
  await assert.rejects(insertIntendedCertificate(db, intended('01')), (error) =>
    isUniqueViolation(error, 'certificate_issuer_serial_number'),
  )
  await insertIntendedCertificate(db, { ...intended('01'), issuer: newId('keyPair', NOW) })
})

testOnDialects('lists certificates newest first, page by page', async (db) => {
  const certificates = ['01', '02', '03'].map((serial, i) => intended(serial, NOW + i))
  for (const certificate of certificates) await insertIntendedCertificate(db, certificate)
  const [first, second, third] = certificates
  assert.ok(first && second && third)

  const page = await listCertificates(db, { limit: 2 })
  assert.deepEqual(
    page.map(({ id }) => id),
    [third.id, second.id],
  )
  const rest = await listCertificates(db, { limit: 2, before: second.id })
  assert.deepEqual(
    rest.map(({ id }) => id),
    [first.id],
  )
})
