import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { start, temporaryDirectory, windfall } from './windfall.ts'

test('plays every phase, proves what it claims, and leaves nothing behind', async () => {
  await using directory = await temporaryDirectory()
  const { code, stdout, stderr } = await windfall(['demo', '--exit', '--port', '0'], {
    env: { TMPDIR: directory.path },
  })
  assert.deepEqual([code, stderr], [0, ''])
  for (const heading of [
    'Phase 1 · Authentication',
    'Phase 2 · Certificate enrollment',
    'Phase 3 · Device configuration',
    'Afterwards · A certificate for the services',
    'What the server recorded',
    'The settings, as this phone alone can read them',
    'Tried, and refused',
  ]) {
    assert.ok(stdout.includes(`\n${heading}`), heading)
  }
  assert.equal(stdout.match(/^ {2}✓ .{30} +[\d.]+ m?s/gm)?.length, 10)
  assert.match(stdout, /\n {2}state +configured\n/)
  assert.match(stdout, /<string>com\.apple\.webClip\.managed<\/string>/)
  assert.equal(stdout.match(/^ {2}✓ .*(does not open|not genuine|not taken twice)/gm)?.length, 3)
  assert.match(stdout, /Configured in \d+/)
  assert.match(stdout, /https:\/\/localhost:\d+\/open\/[\w-]{43}\n/)
  assert.deepEqual(await readdir(directory.path), [])
})

test('prints no challenge, password or colour into a pipe', async () => {
  const { stdout } = await windfall(['demo', '--exit', '--port', '0'])
  // Every secret is 32 random bytes in base64url; the link is the one that is meant to be seen.
  const secrets = stdout.replaceAll(/\/open\/[\w-]{43}/g, '').match(/(?<![\w-])[\w-]{43}(?![\w-])/g)
  assert.equal(secrets, null)
  assert.ok(!stdout.includes('\u001b'))
  assert.match(stdout, /its challenge is withheld here/)
})

test('stays up until Ctrl-C, which is no failure, also when it comes twice', async () => {
  await using demo = start(['demo', '--no-open', '--port', '0'])
  const shown = await demo.until('stdout', /Stop +Ctrl-C\n$/)
  const data = /data +(\S+),/.exec(shown)?.[1] ?? ''
  assert.ok(existsSync(data))
  const again = await windfall(
    [
      ...['sim', 'enroll', '--url', /server +(\S+),/.exec(shown)?.[1] ?? '', '--account', 'anna'],
      ...['--password-stdin', '--data', data, '--cacert', join(data, 'root.der'), '-o', 'json'],
    ],
    { input: 'guessed' },
  )
  assert.equal(again.code, 4)
  demo.signal('SIGINT')
  demo.signal('SIGINT')
  assert.equal((await demo.ended).code, 0)
  assert.ok(!existsSync(dirname(data)))
})

test('fails on a port that was asked for and is taken, and leaves nothing behind', async () => {
  await using directory = await temporaryDirectory()
  await using other = await holdPort(0)
  const { code, stderr } = await windfall(['demo', '--exit', '--port', String(other.port)], {
    env: { TMPDIR: directory.path },
  })
  assert.equal(code, 5)
  assert.match(stderr, /^windfall: listen EADDRINUSE.*\n {2}hint: .*port/)
  assert.deepEqual(await readdir(directory.path), [])
})

test('takes a free port where nobody asked for one and 8443 is taken', async (t) => {
  await using other = await holdPort(8443).catch(() => undefined)
  if (other === undefined) return t.skip('another program holds port 8443')
  const { code, stdout } = await windfall(['demo', '--exit'])
  assert.equal(code, 0)
  assert.doesNotMatch(stdout, /:8443/)
})

const holdPort = async (wanted: number) => {
  const server = createServer().listen(wanted, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}
