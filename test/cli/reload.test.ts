import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { chainPem, intermediate, keyPem, makeLeaf, putFile } from '../pair.ts'
import { serve, temporaryDirectory } from './windfall.ts'

test('a renewed TLS pair is taken into use by itself, a bad one only complained of, and SIGHUP looks at once', async () => {
  await using directory = await temporaryDirectory()
  const { path } = directory
  const put = async (leaf = makeLeaf()): Promise<void> => {
    await putFile(path, 'tls.crt', chainPem(leaf, intermediate))
    await putFile(path, 'tls.key', keyPem(leaf))
  }
  await put()
  const env = {
    WINDFALL_TLS__CERTIFICATE_FILE: join(path, 'tls.crt'),
    WINDFALL_TLS__KEY_FILE: join(path, 'tls.key'),
  }
  await using server = await serve(join(path, 'data'), { env })
  const { running } = server

  await put()
  await running.until('stderr', /"role":"tls".*"msg":"a new certificate is in use"/)

  await putFile(path, 'tls.key', 'no key')
  running.signal('SIGHUP')
  await running.until('stderr', /"code":"key_malformed".*the one before it stays/)

  running.signal('SIGTERM')
  const { code, stderr } = await running.ended
  assert.equal(code, 0)
  assert.equal(stderr.match(/a new certificate is in use/g)?.length, 1)
})
