import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ConfigError, loadConfig } from '../../src/config/index.ts'
import { type Holder, makeHolder, makeKey } from '../codec/holder.ts'
import { basic, makeDevice, postPhase2, postPhase3 } from '../device.ts'
import { ACCOUNT } from '../harness.ts'
import { bearer } from '../operator.ts'
import { type Reachable, request } from '../request.ts'
import { readReply, type TestRequest } from '../scep-client.ts'
import {
  ask,
  finish,
  type Identified,
  identify,
  obtain,
  offer,
  openScene,
  rowsOf,
  type Scene,
  stateOf,
} from '../security/scene.ts'

const MINUTE = 60_000
const STATIC_CHALLENGE = 'many times usable'
const BLANK = ' '.repeat(16)
const [key, otherKey] = [makeKey('rsa-2048'), makeKey('rsa-2048')]
const stranger = makeHolder({ key: otherKey })

type Env = Readonly<Record<string, string>>

/** Whatever else a server can be told that has to do with who may have a certificate. */
const AXES: readonly (readonly Env[])[] = [
  [{}, { WINDFALL_SCEP__HTTP_LISTEN: '127.0.0.1:0' }],
  [{}, { WINDFALL_ENROLLMENT__ALLOW_LEGACY: 'true', WINDFALL_SCEP__ALLOW_SINGLE_DES: 'true' }],
  [{}, { WINDFALL_ENROLLMENT__REQUIRE_APPLE_SIGNER: 'false' }],
]
const CONFIGURATIONS = AXES.reduce<readonly Env[]>(
  (some, axis) => some.flatMap((env) => axis.map((more) => ({ ...env, ...more }))),
  [{}],
)

const AUTHORITIES: Readonly<Record<string, Env>> = {
  'with an RA': {},
  'without an RA': { WINDFALL_CA__RA: 'false', WINDFALL_CA__KEY_TYPE: 'rsa-2048' },
}

/** Everything that stands for a PKIOperation, on every listener that takes one. */
const PATHS = [
  '/scep',
  '/scep/pkiclient.exe',
  '/scep/any/depth',
  '/cgi-bin/pkiclient.exe',
  '/cgi-bin/pkiclient.exe/more',
  '/certsrv/mscep/mscep.dll',
  '/certsrv/mscep/mscep.dll/pkiclient.exe',
]

/** What was once good, or is good for something else. */
interface Past {
  readonly open: Identified
  readonly offered: string
  readonly lapsed: string
  readonly expired: Identified
  readonly spent: Identified
  readonly holder: Holder
  readonly clients: readonly Holder[]
}

const live = async (scene: Scene, isStatic: boolean): Promise<Past> => {
  const { clock } = scene.server
  const { challenge: lapsed } = await offer(scene)
  clock.advance(60 * MINUTE)
  const expired = await identify(scene)
  clock.advance(15 * MINUTE)
  const spent = await identify(scene)
  const holder = await obtain(scene, { key, challenge: spent.challenge })
  const asClient = { key, challenge: STATIC_CHALLENGE }
  const clients = isStatic ? [await obtain(scene, asClient)] : []
  const { challenge: offered } = await offer(scene)
  return { open: await identify(scene), offered, lapsed, expired, spent, holder, clients }
}

/** What a PKCSReq may carry in place of its challenge; undefined: nothing. */
const secretsFor = async (scene: Scene, past: Past, isStatic: boolean) => {
  const { open, offered, lapsed, expired, spent } = past
  const row = (await rowsOf(scene.db, 'challenge')).find(
    (each) => each['enrollment_id'] === open.id && each['purpose'] === 'ota',
  )
  const token = bearer(scene.server).authorization.slice('Bearer '.length)
  const nearly = [STATIC_CHALLENGE.toUpperCase(), `${STATIC_CHALLENGE} `, STATIC_CHALLENGE.slice(1)]
  return [
    ...[undefined, '', BLANK, randomBytes(32).toString('base64url')],
    ...[expired.challenge, spent.challenge, offered, lapsed],
    ...[String(row?.['hash']), String(open.id), token, ACCOUNT.password],
    ...(isStatic ? nearly : [STATIC_CHALLENGE]),
  ]
}

const requestsWith = (scene: Scene, secrets: readonly (string | undefined)[], { holder }: Past) => [
  ...secrets.map((challenge) => ask(scene, { key: otherKey, challenge })),
  // A certificate of ours in place of a challenge would be a renewal, which is not offered.
  ask(scene, { key: otherKey, signer: holder }),
  ask(scene, { key: otherKey, signer: holder, messageType: '17' }),
]

const sendEverywhere = async (to: Reachable, pending: TestRequest): Promise<void> => {
  const { bytes } = pending
  const message = encodeURIComponent(Buffer.from(bytes).toString('base64'))
  const query = 'operation=PKIOperation'
  const post = { method: 'POST', body: bytes }
  const answers = await Promise.all(
    [
      ...PATHS.map((path) => `${path}?${query}`).map((path) => ({ path, ...post })),
      { path: '/scep', ...post },
      { path: `/scep?${query}&message=${message}` },
    ].map(({ path, ...options }) => request(to, path, options)),
  )
  for (const answer of answers) {
    assert.equal(answer.status, 200)
    assert.equal(readReply(pending, answer).kind, 'failure')
  }
}

/** Phases 2 and 3 with whatever is no challenge of phase 1, signed by whoever. */
const askForProfiles = async ({ wire, server }: Scene, past: Past): Promise<void> => {
  const { open, lapsed, expired, clients } = past
  const device = makeDevice(server)
  const wrong = [BLANK, randomBytes(32).toString('base64url'), lapsed, STATIC_CHALLENGE]
  const challenges = ['', ...wrong, expired.offered, open.offered, open.challenge]
  const answers = await Promise.all([
    ...[device.identity, stranger].flatMap((signer) => [
      ...challenges.map((challenge) => postPhase2(wire, device, { challenge, signer })),
      postPhase3(wire, device, { signer }),
      postPhase3(wire, open.device, { signer }),
    ]),
    ...clients.map((signer) => postPhase3(wire, open.device, { signer })),
  ])
  for (const { status } of answers) assert.equal(status, 403)
}

const signInWrongly = async ({ wire, server }: Scene): Promise<void> => {
  const { name } = ACCOUNT
  const cookie = (value: string) => ({ cookie: `__Host-windfall-enroll=${value}` })
  const wrong = [
    {},
    basic({ name, password: '' }),
    basic({ name, password: BLANK }),
    bearer(server),
  ]
  const answers = await Promise.all([
    ...wrong.map((headers) => request(wire, '/enroll', { headers })),
    ...['', 'x', randomBytes(32).toString('base64url')].map((value) =>
      request(wire, '/enroll/profile', { headers: cookie(value) }),
    ),
    request(wire, '/enroll/profile'),
  ])
  for (const { status } of answers) assert([401, 403, 429].includes(status), String(status))
}

for (const [authority, env] of Object.entries(AUTHORITIES)) {
  for (const isStatic of [false, true]) {
    const source = isStatic
      ? 'a static challenge beside those of enrollments'
      : 'no static challenge'
    test(`${CONFIGURATIONS.length} configurations ${authority} and ${source}: without the right credential nothing is issued by any route [security S3]`, async () => {
      await using directory = await mkdtempDisposable(join(tmpdir(), 'windfall-test-'))
      const chosen = isStatic ? { WINDFALL_SCEP__STATIC_CHALLENGE: STATIC_CHALLENGE } : {}
      for (const configuration of CONFIGURATIONS) {
        await using scene = await openScene({
          data: directory.path,
          env: { ...env, ...chosen, ...configuration },
        })
        const { scepUrl } = scene.server.app
        assert.equal(scepUrl !== undefined, 'WINDFALL_SCEP__HTTP_LISTEN' in configuration)
        const past = await live(scene, isStatic)
        const secrets = await secretsFor(scene, past, isStatic)
        const before = await stateOf(scene)

        for (const pending of requestsWith(scene, secrets, past)) {
          await sendEverywhere(scene.wire, pending)
          if (scepUrl !== undefined) await sendEverywhere({ url: scepUrl, roots: [] }, pending)
        }
        await askForProfiles(scene, past)
        await signInWrongly(scene)

        assert.deepEqual(await stateOf(scene), before)
        await finish(scene, past.open, otherKey)
      }
    })
  }
}

/** An authenticator that would let everybody in, or nobody be told from another. */
const OPEN_DOORS: Readonly<Record<string, Env>> = {
  'scep.staticChallenge': { WINDFALL_SCEP__STATIC_CHALLENGE: BLANK },
  'scep.challengeMinutes': { WINDFALL_SCEP__CHALLENGE_MINUTES: '0' },
  'enrollment.challengeMinutes': { WINDFALL_ENROLLMENT__CHALLENGE_MINUTES: '0' },
  'enrollment.requireAppleSigner': {
    WINDFALL_ENROLLMENT__REQUIRE_APPLE_SIGNER: 'false',
    WINDFALL_ENROLLMENT__DEVICE_LIST_FILE: '/etc/devices',
  },
}

for (const [fault, env] of Object.entries(OPEN_DOORS)) {
  test(`does not start with ${fault} that authenticates nobody [security S3]`, () => {
    assert.throws(
      () => loadConfig({ env }),
      (error) => error instanceof ConfigError && error.faults.some(({ key: at }) => at === fault),
    )
  })
}

test('an empty static challenge is none [security S3]', () => {
  const config = loadConfig({ env: { WINDFALL_SCEP__STATIC_CHALLENGE: '' } })
  assert.equal(config.scep.staticChallenge, undefined)
})
