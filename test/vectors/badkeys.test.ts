import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServiceError } from '../../src/errors.ts'
import { importPrivateKeyPem } from '../../src/keys/index.ts'
import {
  decodeCertificate,
  decodeCertificateRequest,
  findKeyFault,
  PublicKey,
  STANDARD_KEY_POLICY,
} from '../../src/protocol/x509/index.ts'
import { refusal } from '../codec/damage.ts'
import { listFixtures, readDer, readFixture } from '../codec/fixture.ts'

// The keys that are weak, not broken, are judged in src/protocol/x509/key-policy.test.ts.

/** The code by which a public key is refused, be it for its form or by the policy. */
const judge = (read: () => PublicKey): string => {
  let fault: string | undefined
  const code = refusal(() => {
    fault = findKeyFault(read().parts, STANDARD_KEY_POLICY)
  })
  return code ?? fault ?? 'accepted'
}

const judgePrivate = (file: string): string => {
  try {
    importPrivateKeyPem(Buffer.from(readFixture(file)).toString())
    return 'accepted'
  } catch (error) {
    if (error instanceof ServiceError) return error.code
    throw error
  }
}

const certificateKey = (file: string) => judge(() => decodeCertificate(readDer(file)).publicKey)
const requestKey = (file: string) => judge(() => decodeCertificateRequest(readDer(file)).publicKey)
const bareKey = (file: string) => judge(() => new PublicKey(readDer(file)))

const FOLDER = 'vectors/badkeys-defect'
const DEFECT: Readonly<Record<string, readonly [judge: (file: string) => string, code: string]>> = {
  'dh0.key': [judgePrivate, 'key_malformed'],
  'gost.crt': [certificateKey, 'key_type'],
  'gost.csr': [requestKey, 'key_type'],
  'invalidver.crt': [certificateKey, 'x509_certificate'],
  'invalidver.csr': [requestKey, 'x509_request'],
  'private-fragment.key': [judgePrivate, 'key_malformed'],
  'public-fragment.key': [bareKey, 'asn1_truncated'],
}

for (const [file, [judgeFile, code]] of Object.entries(DEFECT)) {
  test(`refuses the broken ${file} of badkeys: ${code} [security S9 C8] [proof F4]`, () => {
    assert.equal(judgeFile(`${FOLDER}/${file}`), code)
  })
}

test('has an expectation for every broken file of badkeys [proof F4]', () => {
  assert.deepEqual(listFixtures(FOLDER), Object.keys(DEFECT).toSorted())
})

test('refuses a key on a curve of its own parameters, as RFC 9500 has one [security S9] [proof F4]', () => {
  assert.equal(bareKey('vectors/badkeys/ecdsa-explicit-pub.key'), 'key_ec_curve')
})
