import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import { fixPort } from '../../src/http/index.ts'
import { importPrivateKey, loadMasterKey } from '../../src/keys/index.ts'
import { dict, formatPlist, getDict, getString } from '../../src/protocol/plist/index.ts'
import { readFixture } from '../codec/fixture.ts'
import { makeHolder, makeKey } from '../codec/holder.ts'
import { basic, makeDevice, postPhase2, postPhase3 } from '../device.ts'
import { type Dialect, dialects } from '../dialect.ts'
import { callApi, readJson } from '../operator.ts'
import { type Answer, type Reachable, request } from '../request.ts'
import { postScep } from '../scep-client.ts'
import { craftCsr, wrapCsr } from './crafted.ts'
import { ask, configure, identify, obtain, offer, openScene, rowsOf, type Scene } from './scene.ts'

const key = makeKey('rsa-2048')
const signer = makeHolder({ key })

const PASSWORD = 'CANARY correct password 1b7f'
const WRONG_PASSWORD = 'CANARY wrong password 9d02'
const STATIC_CHALLENGE = 'CANARY-static-challenge-5c11'
const REMOVAL_PASSWORD = 'CANARY removal 77aa'
const TEMPLATE_SECRET = 'CANARY wifi password of the template'
const GUESS = 'CANARY-a-guessed-challenge-2f'
const TOKEN_GUESS = 'CANARY-a-guessed-token-3e'
const TRACE = 'CANARY-no-trace-at-all-41aa'

const template = (): Uint8Array =>
  formatPlist(
    dict({
      PayloadType: 'Configuration',
      PayloadVersion: 1,
      PayloadIdentifier: 'com.example.profile',
      PayloadUUID: '5F6F4B4B-4C3C-4A2E-8E35-000000000001',
      PayloadDisplayName: 'Profile',
      PayloadContent: [
        dict({
          PayloadType: 'com.apple.wifi.managed',
          PayloadVersion: 1,
          PayloadIdentifier: 'com.example.profile.wifi',
          PayloadUUID: '5F6F4B4B-4C3C-4A2E-8E35-000000000002',
          SSID_STR: 'example',
          EncryptionType: 'WPA2',
          Password: TEMPLATE_SECRET,
        }),
        dict({
          PayloadType: 'com.apple.security.scep',
          PayloadVersion: 1,
          PayloadIdentifier: 'com.example.profile.scep',
          PayloadUUID: '5F6F4B4B-4C3C-4A2E-8E35-000000000003',
          PayloadContent: dict({
            URL: '{{scep.url}}',
            Subject: [[['CN', '{{account.name}}']]],
            Challenge: '{{scep.challenge}}',
            Keysize: 2048,
          }),
        }),
      ],
    }),
  )

/** What must be found nowhere, by what it is. */
type Secrets = Map<string, string | Uint8Array>

/** The whole of an enrollment, twice over, and everything that is refused on the way. */
const live = async (scene: Scene, secrets: Secrets): Promise<readonly Answer[]> => {
  const { server, wire } = scene
  const account = { name: 'clara', password: PASSWORD }
  const added = await callApi(server, '/accounts', {
    method: 'POST',
    body: JSON.stringify({ ...account, fullName: 'Clara Example' }),
  })
  await request(server, '/enroll', { headers: basic(account) })
  await request(server, '/enroll', { headers: basic({ ...account, password: WRONG_PASSWORD }) })
  const form = { method: 'POST', body: new URLSearchParams(account).toString() }
  const signedIn = await request(server, '/enroll', form)
  secrets.set('cookie of the portal', cookieOf(signedIn))
  const ready = await request(server, '/enroll/ready', {
    headers: { cookie: cookiePair(signedIn) },
  })

  const first = await identify(scene, makeDevice(server), 'clara')
  secrets.set('challenge of phase 1', first.offered).set('challenge of SCEP', first.challenge)
  await postPhase2(wire, first.device, { challenge: GUESS })
  await postPhase2(wire, first.device, { challenge: first.offered, changes: { UDID: 'x' } })
  await postScep(wire, ask(scene, { key, signer, challenge: GUESS }))
  const csr = craftCsr(key, { challenge: STATIC_CHALLENGE })
  await postScep(wire, wrapCsr(scene, csr, { signer }))
  // An old client of Apple's repeats its challenge where everybody can read it.
  await postScep(wire, { bytes: readFixture('scep/commandment-mdmclient-PKIOperation.der') })

  const holder = await obtain(scene, { key, challenge: first.challenge })
  await postPhase3(wire, first.device, { signer: holder, changes: { SERIAL: 'x' } })
  const payloads = await configure(scene, first.device, holder)
  const scep = payloads.find((each) => each.get('PayloadType') === 'com.apple.security.scep')
  const content = scep && getDict(scep, 'PayloadContent')
  const challenge = content && getString(content, 'Challenge')
  assert(challenge !== undefined)
  secrets.set('challenge of a service', challenge)
  await obtain(scene, { key, challenge })

  // Errors that nobody meant are logged whole.
  const broken = await offer(scene, 'clara')
  secrets.set('challenge of phase 1, never spent', broken.challenge)
  const second = await identify(scene, makeDevice(server), 'clara')
  secrets.set('challenge of SCEP, never spent', second.challenge)
  await breakTables(scene)
  assert.equal((await postPhase2(wire, makeDevice(server), broken)).status, 500)
  const failed = await postScep(wire, ask(scene, { key, challenge: second.challenge }))
  assert.equal(failed.status, 500)

  return [added, ready, failed, ...(await look(scene, secrets))]
}

const breakTables = async ({ db }: Scene): Promise<void> => {
  await sql`alter table device rename to device_gone`.execute(db)
  await sql`alter table certificate rename column tbs to tbs_gone`.execute(db)
}

const cookieOf = (answer: Answer): string => cookiePair(answer).replace(/^[^=]*=/, '')
const cookiePair = ({ headers }: Answer): string => headers['set-cookie']?.[0]?.split(';')[0] ?? ''

/** Everything that operators can look at, and those who are not. */
const look = async (scene: Scene, secrets: Secrets): Promise<readonly Answer[]> => {
  const { server } = scene
  await sql`alter table device_gone rename to device`.execute(scene.db)
  await sql`alter table certificate rename column tbs_gone to tbs`.execute(scene.db)
  const token = (await readFile(join(server.data, 'api-token'), 'utf8')).trim()
  secrets.set('API token', token)
  const enrollments = await rowsOf(scene.db, 'enrollment')
  const api = await Promise.all(
    [
      '/enrollments',
      '/accounts',
      '/audit?limit=500',
      '/audit/lines?limit=500',
      '/steps?limit=500',
      ...enrollments.map(({ id }) => `/enrollments/${id}`),
    ].map((path) => callApi(server, path)),
  )
  for (const answer of api) assert.equal(answer.status, 200)
  const guessed = { authorization: `Bearer ${TOKEN_GUESS}` }
  const refusedApi = await request(server, '/api/v1/enrollments', { headers: guessed })
  await request(server, '/CA', { headers: { traceparent: TRACE, tracestate: TRACE } })

  const link = await callApi(server, '/links', { method: 'POST', body: '{}' })
  const path = new URL(readJson<{ url: string }>(link).url).pathname
  secrets.set('link', path.slice('/open/'.length))
  const opened = await request(server, path)
  secrets.set('cookie of an operator', cookieOf(opened))
  const cookie = cookiePair(opened)
  const pages = await Promise.all(
    ['/enrollments', ...enrollments.map(({ id }) => `/enrollments/${id}`)].map((page) =>
      request(server, page, { headers: { cookie } }),
    ),
  )
  for (const page of pages) assert.equal(page.status, 200)
  return [...api, refusedApi, await request(server, path), ...pages]
}

const lookAtOperations = async (ops: Reachable): Promise<readonly Answer[]> => {
  const answers = await Promise.all(
    ['/readyz?verbose', '/metrics'].map((path) => request(ops, path)),
  )
  for (const answer of answers) assert.equal(answer.status, 200)
  return answers
}

/** The forms in which a secret could lie somewhere. */
const formsOf = (secret: string | Uint8Array): readonly Buffer[] => {
  const bytes = Buffer.from(secret)
  const texts = [bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')]
  const escaped = typeof secret === 'string' ? [encodeURIComponent(secret)] : []
  return [bytes, ...[...texts, ...escaped].map((text) => Buffer.from(text.replace(/=+$/, '')))]
}

const assertAbsent = (place: string, bytes: Uint8Array, secrets: Secrets): void => {
  const haystack = Buffer.from(bytes)
  for (const [what, secret] of secrets) {
    for (const form of formsOf(secret)) {
      assert(!haystack.includes(form), `${what} is in ${place}`)
    }
  }
}

/** The secret numbers of the server's own keys. */
const addKeys = async ({ server, db }: Scene, secrets: Secrets): Promise<void> => {
  secrets.set('master key', await readFile(join(server.data, 'master.key')))
  const masterKey = loadMasterKey(join(server.data, 'master.key'))
  for (const { id, role, sealed_private_key } of await rowsOf(db, 'key_pair')) {
    const context = { table: 'key_pair', row: String(id), column: 'sealed_private_key' }
    const sealed = Buffer.from(String(sealed_private_key), 'hex')
    const jwk = importPrivateKey(masterKey.open(sealed, context)).export({ format: 'jwk' })
    for (const name of ['d', 'p', 'q'] as const) {
      const number = jwk[name]
      if (number !== undefined) secrets.set(`${name} of ${role}`, Buffer.from(number, 'base64url'))
    }
  }
}

// What is in these files is their purpose; their owner alone can read them.
const KEPT = ['api-token', 'master.key', 'profile.mobileconfig']

const TABLES = [
  'account',
  'audit',
  'audit_checkpoint',
  'certificate',
  'challenge',
  'device',
  'enrollment',
  'key_pair',
  'step',
  'token',
]

const grep = async (scene: Scene, dialect: Dialect, secrets: Secrets): Promise<void> => {
  const { server, db } = scene
  for (const table of TABLES) {
    assertAbsent(`table ${table}`, Buffer.from(JSON.stringify(await rowsOf(db, table))), secrets)
  }
  const files = await readdir(server.data, { withFileTypes: true })
  const names = files.filter((file) => file.isFile()).map(({ name }) => name)
  if (dialect.name === 'sqlite') assert(names.includes('windfall.db-wal'))
  // What is no secret is found, or looking would prove nothing.
  const { attributes, ...account } = (await rowsOf(db, 'account')).at(-1) ?? {}
  assert.deepEqual([account['full_name'], attributes], ['Clara Example', '{}'])
  for (const name of names.filter((each) => !KEPT.includes(each))) {
    assertAbsent(name, await readFile(join(server.data, name)), secrets)
  }
}

for (const dialect of dialects) {
  test(`no password, challenge, token, key or secret of a profile is in the database, its files, the log, the API, a page, the metrics or the readiness (${dialect.name}) [security W14 W15]`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    const secrets: Secrets = new Map(
      Object.entries({
        PASSWORD,
        WRONG_PASSWORD,
        STATIC_CHALLENGE,
        REMOVAL_PASSWORD,
        TEMPLATE_SECRET,
        GUESS,
        TOKEN_GUESS,
        TRACE,
      }),
    )
    const { port } = await fixPort({ host: '127.0.0.1', port: 0 })
    await using scene = await openScene({
      location: place.location,
      env: {
        WINDFALL_OPS__LISTEN: `127.0.0.1:${port}`,
        WINDFALL_SCEP__STATIC_CHALLENGE: STATIC_CHALLENGE,
        WINDFALL_PROFILE__REMOVAL_PASSWORD: REMOVAL_PASSWORD,
      },
    })
    const { server } = scene
    await writeFile(join(server.data, 'profile.mobileconfig'), template())
    const answers = [
      ...(await live(scene, secrets)),
      ...(await lookAtOperations({ url: `http://127.0.0.1:${port}`, roots: [] })),
    ]
    await addKeys(scene, secrets)
    assert(secrets.size >= 25, `${secrets.size} secrets`)

    await grep(scene, dialect, secrets)
    for (const { body, headers } of answers) {
      assertAbsent(
        'an answer',
        Buffer.concat([body, Buffer.from(JSON.stringify(headers))]),
        secrets,
      )
    }
    // Every line is written once the server has stopped.
    await scene[Symbol.asyncDispose]()
    const log = scene.log()
    assert.match(log, /"level":50/)
    assertAbsent('the log', Buffer.from(log), secrets)
  })
}
