import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { decodeSignedData, verifySignedData } from '../../src/protocol/cms/index.ts'
import { makeKey } from '../codec/holder.ts'
import { basic } from '../device.ts'
import { startTestServer } from '../harness.ts'
import { chainPem, intermediate, keyPem, makeLeaf, publicRoot, putFile } from '../pair.ts'
import { request } from '../request.ts'

const directory = await mkdtemp(join(tmpdir(), 'windfall-test-'))
after(() => rm(directory, { recursive: true }))

const leaf = makeLeaf({ key: makeKey('rsa-2048') })

const certificateFile = await putFile(directory, 'chain.pem', chainPem(leaf, intermediate))
const keyFile = await putFile(directory, 'leaf.key.pem', keyPem(leaf))

test('signs profiles with the TLS pair where it is told to, its chain included [mission H1 H7]', async () => {
  await using server = await startTestServer({
    env: {
      WINDFALL_TLS__CERTIFICATE_FILE: certificateFile,
      WINDFALL_TLS__KEY_FILE: keyFile,
      WINDFALL_SIGNER__CERTIFICATE_FILE: certificateFile,
      WINDFALL_SIGNER__KEY_FILE: keyFile,
    },
  })
  const outside = { url: server.url, roots: [publicRoot.certificate] }
  const { body } = await request(outside, '/enroll', { headers: basic() })
  const { signer } = verifySignedData(body, { signedAttributes: 'required', hashes: ['sha256'] })
  assert.deepEqual(signer.bytes, leaf.certificate.bytes)
  const bag = decodeSignedData(body).certificates.map(({ bytes }) => Buffer.from(bytes))
  assert.deepEqual(
    bag,
    [leaf, intermediate].map(({ certificate }) => Buffer.from(certificate.bytes)),
  )
  const outcome = await server.enroll({ roots: [publicRoot.certificate] })
  assert.equal(outcome.kind, 'configured')
})

test('does not start with the key of another certificate', async () => {
  const other = await putFile(directory, 'other.key.pem', keyPem({ key: makeKey('rsa-2048') }))
  const env = {
    WINDFALL_SIGNER__CERTIFICATE_FILE: certificateFile,
    WINDFALL_SIGNER__KEY_FILE: other,
  }
  await assert.rejects(startTestServer({ env }), { code: 'pair_key' })
})
