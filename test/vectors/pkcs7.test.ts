import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeCertificates } from '../../src/protocol/scep/index.ts'
import { decodeCertificate, decodeName, formatName } from '../../src/protocol/x509/index.ts'
import { refusal } from '../codec/damage.ts'
import { decodePem, readShared, skipWithoutShared } from '../codec/fixture.ts'

const options = { skip: skipWithoutShared }

const read = (file: string): Uint8Array => {
  const bytes = readShared(`vectors/pyca/pkcs7/${file}`)
  return decodePem(bytes)[0] ?? bytes
}

const BAGS: Readonly<Record<string, readonly string[]>> = {
  'amazon-roots.der': ['CN=Amazon Root CA 3,O=Amazon,C=US', 'CN=Amazon Root CA 2,O=Amazon,C=US'],
  'amazon-roots.p7b': ['CN=Amazon Root CA 3,O=Amazon,C=US', 'CN=Amazon Root CA 2,O=Amazon,C=US'],
  'isrg.pem': ['CN=ISRG Root X1,O=Internet Security Research Group,C=US'],
}

for (const [file, names] of Object.entries(BAGS)) {
  test(
    `pyca ${file}: ${names.length} certificates, read as GetCACert brings them [proof F4]`,
    options,
    () => {
      const subjects = decodeCertificates(read(file)).map(({ subject }) =>
        formatName(decodeName(subject)),
      )
      assert.deepEqual(subjects, names)
    },
  )
}

test('pyca authenticode.der: content that is no octets is refused [proof F4]', options, () => {
  assert.equal(
    refusal(() => decodeCertificates(read('authenticode.der'))),
    'asn1_unexpected',
  )
})

for (const file of ['ascii-san.pem', 'non-ascii-san.pem']) {
  test(`pyca ${file}: a certificate is read, and is no bag of them [proof F4]`, options, () => {
    assert.equal(decodeCertificate(read(file)).extensions.size > 0, true)
    assert.equal(
      refusal(() => decodeCertificates(read(file))),
      'asn1_unexpected',
    )
  })
}
