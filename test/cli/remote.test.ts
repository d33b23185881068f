import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { addAnna, serve, succeed, temporaryDirectory, windfall } from './windfall.ts'

test('asks a server elsewhere over HTTPS, with its token', async () => {
  await using directory = await temporaryDirectory()
  const { path } = directory
  await using server = await serve(path)
  await addAnna(path)
  const cacert = ['--cacert', join(path, 'root.der')]
  const list = ['account', 'list', ...cacert]
  const flags = ['--url', server.url, '--token-file', join(path, 'api-token')]
  assert.match(await succeed([...list, ...flags]), /\nanna /)
  const env = { WINDFALL_URL: server.url, WINDFALL_TOKEN_FILE: join(path, 'api-token') }
  assert.match(await succeed(list, { env }), /\nanna /)

  const wrongToken = join(path, 'wrong-token')
  await writeFile(wrongToken, `${'A'.repeat(43)}\n`)
  const wrong = await windfall([...list, '--url', server.url, '--token-file', wrongToken])
  assert.equal(wrong.code, 4)
  assert.match(wrong.stderr, /\(token_invalid\)\n {2}hint: /)

  const untrusted = await windfall(['account', 'list', ...flags])
  assert.equal(untrusted.code, 7)
  assert.match(untrusted.stderr, /hint: .*--cacert/)
})

test('tells a server that cannot be asked by the exit code', async () => {
  await using directory = await temporaryDirectory()
  const token = join(directory.path, 'token')
  await writeFile(token, 'secret-token')
  const list = ['account', 'list']
  const results = [
    await windfall([...list, '--url', 'https://127.0.0.1:1', '--token-file', token]),
    await windfall([...list, '--url', 'http://127.0.0.1:1', '--token-file', token]),
    await windfall([...list, '--url', 'https://127.0.0.1:1']),
    await windfall([...list, '--url', 'https://127.0.0.1:1', '--token-file', `${token}.absent`]),
    await windfall([...list, '--url', 'https://127.0.0.1:1', '--data', 'x']),
  ]
  assert.deepEqual(
    results.map(({ code }) => code),
    [7, 6, 2, 6, 2],
  )
  for (const { stdout, stderr } of results) {
    assert.equal(stdout, '')
    assert.match(stderr, /^windfall: .+\n( {2}hint: .+\n)?$/)
    assert.ok(!stderr.includes('secret-token'))
  }
})
