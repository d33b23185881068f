import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dialects } from '../dialect.ts'
import {
  entryMessage,
  type FakeLdap,
  referenceMessage,
  resultMessage,
  startFakeLdap,
} from './fake-server.ts'
import { givenDirectory, ldapSettings, ORIGIN, openScene } from './scene.ts'
import { SERVICE } from './slapd.ts'

const [sqlite] = dialects
assert.ok(sqlite !== undefined)

const ANNA = { name: 'anna', password: 'anna-secret' }
const AWAY = { kind: 'unavailable', code: 'directory_unavailable' } as const

/** Signs in with a directory at that server, and returns what the directory's connection says then. */
const attempt = async (
  fake: FakeLdap,
  expected: object,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<string | undefined> => {
  await using scene = await openScene(sqlite)
  await givenDirectory(scene, ldapSettings([`ldap://localhost:${fake.port}`], settings))
  await assert.rejects(scene.signIn(ANNA, ORIGIN), expected)
  const { connection } = await scene.directories.get('staff')
  return connection.lastError?.code
}

const hasSecret = (fake: FakeLdap): boolean =>
  [SERVICE.password, ANNA.password].some((secret) => fake.heard().includes(secret))

test('where StartTLS is taken out no password is said [security W2]', async () => {
  for (const code of [1, 2, 52, 53]) {
    await using fake = await startFakeLdap((_heard, socket) => {
      socket.write(resultMessage(1, 24, code))
    })
    assert.equal(await attempt(fake, AWAY), 'ldap_starttls')
    assert.ok(!hasSecret(fake))
  }
})

test('where StartTLS is agreed to and none follows no password is said [security W2]', async () => {
  await using fake = await startFakeLdap((_heard, socket, time) => {
    socket.write(time === 0 ? resultMessage(1, 24, 0) : resultMessage(1, 1, 0))
  })
  assert.equal(await attempt(fake, AWAY), 'outbound_tls')
  assert.ok(!hasSecret(fake))
})

test('what is put behind the answer to StartTLS is not read as said under TLS [security W2]', async () => {
  await using fake = await startFakeLdap((_heard, socket) => {
    socket.write(Buffer.concat([resultMessage(1, 24, 0), resultMessage(1, 1, 0)]))
  })
  assert.equal(await attempt(fake, AWAY), 'ldap_starttls')
  assert.ok(!hasSecret(fake))
})

/** A server without TLS that agrees to the service account, and finds what it is given. */
const finding = (found: (id: number) => readonly Uint8Array[]) =>
  startFakeLdap((heard, socket) => {
    // Behind the header, whose length has one byte or two, and the tag and length of the id.
    const id = heard[heard[1] === 0x81 ? 5 : 4] ?? 0
    const isSearch = heard.includes('objectClass')
    socket.write(Buffer.concat(isSearch ? found(id) : [resultMessage(id, 1, 0)]))
  })

test('a referral is not followed, and is no answer [security W2]', async () => {
  await using other = await startFakeLdap(() => {})
  const url = `ldap://localhost:${other.port}/`
  await using fake = await finding((id) => [resultMessage(id, 5, 10, url)])
  assert.equal(await attempt(fake, AWAY, { plain: true }), 'ldap_referral')
  assert.equal(other.heard().length, 0)
})

test('references to other servers are not followed [security W2]', async () => {
  await using other = await startFakeLdap(() => {})
  await using fake = await finding((id) => [
    referenceMessage(id, `ldap://localhost:${other.port}/`),
    resultMessage(id, 5, 0),
  ])
  await attempt(fake, { code: 'sign_in_failed' }, { plain: true })
  assert.equal(other.heard().length, 0)
})

for (const [what, dn, attributes] of [
  ['without a DN', '', { uid: 'anna', entryUUID: '1' }],
  ['of somebody else', 'uid=bert,dc=example', { uid: 'bert', entryUUID: '1' }],
  ['without an id', 'uid=anna,dc=example', { uid: 'anna' }],
  ['with an empty id', 'uid=anna,dc=example', { uid: 'anna', entryUUID: '' }],
  ['without a name', 'uid=anna,dc=example', { entryUUID: '1' }],
] as const) {
  test(`an entry ${what} opens nothing [security W2]`, async () => {
    await using fake = await finding((id) => [
      entryMessage(id, dn, attributes),
      resultMessage(id, 5, 0),
    ])
    await attempt(fake, { code: 'sign_in_failed' }, { plain: true })
  })
}

for (const [what, bytes] of [
  ['nonsense', Buffer.from('HTTP/1.1 200 OK\r\n\r\n')],
  ['a length that is too much', Buffer.from('3084ffffffff', 'hex')],
  ['a length without end', Buffer.from('30800201', 'hex')],
  [
    'many small messages',
    Buffer.concat(Array.from({ length: 9_000 }, () => resultMessage(9, 1, 0))),
  ],
  ['the notice of disconnection', resultMessage(0, 24, 52)],
  ['an answer to something else', resultMessage(1, 5, 0)],
] as const) {
  test(`${what} in place of an answer is an outage, and nothing worse`, async () => {
    await using fake = await startFakeLdap((_heard, socket) => void socket.write(bytes))
    const code = await attempt(fake, AWAY, { plain: true })
    assert.match(code ?? '', /^ldap_(message|closed)$/)
  })
}

test('more than a search may bring is an outage', async () => {
  const page = (id: number) =>
    Array.from({ length: 5_001 }, () => entryMessage(id, 'uid=anna,dc=example', { uid: 'anna' }))
  await using fake = await finding(page)
  assert.equal(await attempt(fake, AWAY, { plain: true }), 'ldap_size')
})

test('addresses that are not public are not asked unless they are allowed [security W2 W11]', async () => {
  await using scene = await openScene(sqlite)
  await using fake = await startFakeLdap(() => {})
  const hosts = ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '10.0.0.1', '169.254.169.254']
  const servers = hosts.map((host) => `ldap://${host}:${fake.port}`)
  await givenDirectory(scene, ldapSettings(servers, { plain: true }))
  await assert.rejects(scene.signIn(ANNA, ORIGIN), AWAY)
  const { connection } = await scene.directories.get('staff')
  assert.equal(connection.lastError?.code, 'outbound_address')
  assert.equal(fake.heard().length, 0)
})
