import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { decodeSignedData, verifySignedData } from '../../src/protocol/cms/index.ts'
import {
  basicConstraints,
  extendedKeyUsage,
  formatCertificatePem,
  keyUsage,
  subjectAltName,
} from '../../src/protocol/x509/index.ts'
import { type Holder, makeHolder, makeKey } from '../codec/holder.ts'
import { basic } from '../device.ts'
import { startTestServer } from '../harness.ts'
import { request } from '../request.ts'

const directory = await mkdtemp(join(tmpdir(), 'windfall-test-'))
after(() => rm(directory, { recursive: true }))

const root = makeHolder({
  key: makeKey('p-256'),
  subject: [[['CN', 'Public Root']]],
  extensions: [basicConstraints({ ca: true }), keyUsage('keyCertSign')],
})
const intermediate = makeHolder({
  key: makeKey('p-256'),
  subject: [[['CN', 'Public Intermediate']]],
  issuer: root,
  extensions: [basicConstraints({ ca: true }), keyUsage('keyCertSign')],
})
const leaf = makeHolder({
  key: makeKey('rsa-2048'),
  subject: [[['CN', 'localhost']]],
  issuer: intermediate,
  extensions: [
    keyUsage('digitalSignature'),
    extendedKeyUsage('serverAuth'),
    subjectAltName(['localhost']),
  ],
})

const write = async (name: string, text: string): Promise<string> => {
  const path = join(directory, name)
  await writeFile(path, text)
  return path
}
const pem = (...holders: readonly Holder[]): string =>
  holders.map(({ certificate }) => formatCertificatePem(certificate)).join('')
const keyPem = ({ key }: Holder): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

const certificateFile = await write('chain.pem', pem(leaf, intermediate))
const keyFile = await write('leaf.key.pem', keyPem(leaf))

test('signs profiles with the TLS pair where it is told to, its chain included [mission H1 H7]', async () => {
  await using server = await startTestServer({
    env: {
      WINDFALL_TLS__CERTIFICATE_FILE: certificateFile,
      WINDFALL_TLS__KEY_FILE: keyFile,
      WINDFALL_SIGNER__CERTIFICATE_FILE: certificateFile,
      WINDFALL_SIGNER__KEY_FILE: keyFile,
    },
  })
  const outside = { url: server.url, roots: [root.certificate] }
  const { body } = await request(outside, '/enroll', { headers: basic() })
  const { signer } = verifySignedData(body, { signedAttributes: 'required', hashes: ['sha256'] })
  assert.deepEqual(signer.bytes, leaf.certificate.bytes)
  const bag = decodeSignedData(body).certificates.map(({ bytes }) => Buffer.from(bytes))
  assert.deepEqual(
    bag,
    [leaf, intermediate].map(({ certificate }) => Buffer.from(certificate.bytes)),
  )
  const outcome = await server.enroll({ roots: [root.certificate] })
  assert.equal(outcome.kind, 'configured')
})

test('does not start with the key of another certificate', async () => {
  const other = await write('other.key.pem', keyPem(makeHolder({ key: makeKey('rsa-2048') })))
  const env = {
    WINDFALL_SIGNER__CERTIFICATE_FILE: certificateFile,
    WINDFALL_SIGNER__KEY_FILE: other,
  }
  await assert.rejects(startTestServer({ env }), { code: 'signer_file' })
})
