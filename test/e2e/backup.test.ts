import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  copyFile,
  mkdir,
  mkdtempDisposable,
  readdir,
  readFile,
  stat,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { restoreApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config/index.ts'
import type { DatabaseLocation } from '../../src/store/index.ts'
import { makeKey } from '../codec/holder.ts'
import { makeDevice, postPhase2, postPhase3, refusalOf } from '../device.ts'
import { type Dialect, dialects } from '../dialect.ts'
import { bearer, callApi, getEnrollment, readJson } from '../operator.ts'
import { request } from '../request.ts'
import { postScep, readReply } from '../scep-client.ts'
import { ask, identify, obtain, offer, openScene, refused, type Scene } from '../security/scene.ts'

const PASSPHRASE = 'a windfall of apples'

/** A directory, and a database in it or on the server of the tests. */
const openPlace = async (dialect: Dialect) => {
  await using stack = new AsyncDisposableStack()
  const directory = stack.use(await mkdtempDisposable(join(tmpdir(), 'windfall-backup-')))
  const data = join(directory.path, 'data')
  const location: DatabaseLocation =
    dialect.name === 'postgres'
      ? stack.use(await dialect.create()).location
      : { kind: 'sqlite', file: join(data, 'windfall.db') }
  const env = {
    WINDFALL_DATA: data,
    ...(location.kind === 'postgres' ? { WINDFALL_DATABASE__URL: location.url } : {}),
  }
  const owned = stack.move()
  return {
    data,
    location,
    file: join(directory.path, 'a.windfall'),
    config: loadConfig({ env }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

type Place = Awaited<ReturnType<typeof openPlace>>

const backUp = ({ server }: Scene, { file }: Place) =>
  server.app.core.services.backups.create({ file, passphrase: PASSPHRASE })

const restore = ({ file }: Place, { config }: Place) =>
  restoreApp(config, { from: file, passphrase: PASSPHRASE })

/** The code with which a request for a certificate is refused. */
const refusalBy = async (scene: Scene, options: Parameters<typeof ask>[1]): Promise<unknown> => {
  const pending = ask(scene, options)
  const { answer, code } = await refused(scene, () => postScep(scene.wire, pending))
  assert.equal(readReply(pending, answer).kind, 'failure')
  return code
}

const [key, second, third, fresh] = [1, 2, 3, 4].map(() => makeKey('rsa-2048'))
assert(key && second && third && fresh)

for (const from of dialects) {
  for (const to of dialects) {
    // From one to the same: test/crash/backup.test.ts.
    if (from === to) continue
    test(`a restored server goes on with what was done and repeats nothing: ${from.name} to ${to.name}`, {
      skip: from.skip || to.skip,
    }, async () => {
      await using here = await openPlace(from)
      await using there = await openPlace(to)
      await using scene = await openScene(here)
      const { server } = scene
      // One device at each stage.
      const done = await identify(scene)
      const identity = await obtain(scene, { key, challenge: done.challenge })
      assert.equal((await postPhase3(scene.wire, done.device, { signer: identity })).status, 200)
      const offered = await offer(scene)
      const identified = await identify(scene)
      const certified = await identify(scene)
      await obtain(scene, { key: second, challenge: certified.challenge })
      const interrupted = await identify(scene)
      await obtain(scene, { key: third, challenge: interrupted.challenge })
      // As a crash between the two transactions leaves it.
      await scene.db
        .updateTable('certificate')
        .set({ signature: null, sha256: null, issued_at: null })
        .where('enrollment_id', '=', interrupted.id)
        .execute()
      const { access } = server.app.core.services
      const link = await access.createLink('*')
      const headers = bearer(server)
      const before = await getEnrollment(server, done.id)

      const backup = await backUp(scene, here)
      await scene[Symbol.asyncDispose]()
      const restored = await restore(here, there)

      assert.deepEqual(restored.tables, backup.tables)
      assert.equal(restored.ended.certificates, 1)
      await using again = await openScene({
        ...there,
        env: { WINDFALL_SIMULATOR__CA_FILE: join(here.data, 'simulator', 'ca.cert.pem') },
      })
      const { wire } = again
      assert.deepEqual(again.ca, scene.ca)
      assert.deepEqual(
        await readFile(join(there.data, 'profile.mobileconfig')),
        await readFile(join(here.data, 'profile.mobileconfig')),
      )
      // Who was configured is, and comes back for its configuration.
      assert.deepEqual(await getEnrollment(again.server, done.id), before)
      assert.equal((await postPhase3(wire, done.device, { signer: identity })).status, 200)
      // Nothing that was open is.
      for (const { id } of [offered, identified, certified, interrupted]) {
        const { state, code } = await getEnrollment(again.server, id)
        assert.deepEqual([state, code], ['expired', 'restored'])
      }
      const answer = await postPhase2(wire, makeDevice(scene.server), {
        challenge: offered.challenge,
      })
      assert.equal(refusalOf(answer), '403 challenge_expired')
      const refusals = [
        [fresh, identified, 'challenge_expired'],
        [fresh, certified, 'challenge_spent'],
        [fresh, done, 'challenge_spent'],
        // The bytes that were meant to be signed may have been, by the lost server.
        [third, interrupted, 'certificate_revoked'],
      ] as const
      for (const [asking, { challenge }, code] of refusals) {
        assert.equal(await refusalBy(again, { key: asking, challenge }), code)
      }
      assert.equal((await request(again.server, `/open/${link.secret}`)).status, 403)
      const options = { headers }
      assert.equal((await request(again.server, '/api/v1/accounts', options)).status, 200)
      const { data: events } = readJson<{ data: { action: string }[] }>(
        await callApi(again.server, '/audit'),
      )
      assert(events.some(({ action }) => action === 'backup.restore'))
      // Whoever signs in again gets a certificate.
      const anew = await identify(again, identified.device)
      await obtain(again, { key: fresh, challenge: anew.challenge })
    })
  }
}

for (const dialect of dialects) {
  test(`restores nothing where something is, and nothing of a damaged backup (${dialect.name}) [proof R14]`, {
    skip: dialect.skip,
  }, async () => {
    await using here = await openPlace(dialect)
    await using there = await openPlace(dialect)
    await using scene = await openScene(here)
    await identify(scene)
    await backUp(scene, here)
    const whole = await readFile(here.file)
    const middle = Buffer.from(whole)
    const at = Math.floor(whole.length / 2)
    middle[at] = (middle[at] ?? 0) ^ 1
    const cases: readonly (readonly [Uint8Array, RegExp, string?])[] = [
      [whole.subarray(0, -1), /backup_truncated/],
      [middle, /backup_(damaged|truncated)/],
      [Buffer.from('not a backup'), /backup_unknown/],
      [whole, /backup_passphrase/, 'a windfall of pears'],
    ]
    for (const [bytes, code, passphrase = PASSPHRASE] of cases) {
      await writeFile(here.file, bytes)
      await assert.rejects(restoreApp(there.config, { from: here.file, passphrase }), code)
      assert.deepEqual(await readdir(there.data).catch(() => []), [])
    }
    await writeFile(here.file, whole)
    // Where another windfall is.
    const code = dialect.name === 'sqlite' ? 'restore_not_empty' : 'database_not_empty'
    await assert.rejects(restore(here, here), { code })
    const master = join(there.data, 'master.key')
    await mkdir(there.data, { recursive: true })
    await writeFile(master, randomBytes(32), { mode: 0o600 })
    await assert.rejects(restore(here, there), { code: 'restore_not_empty' })
    assert.deepEqual(await readdir(there.data), ['master.key'])
    // A key that is there already, and is the one.
    await copyFile(here.config.masterKeyFile, master)
    // After all that, the empty place still is one.
    await restore(here, there)
  })
}

test('writes one private file, nothing of which can be read, and removes what it needed meanwhile [security W14]', async () => {
  const [sqlite] = dialects
  assert(sqlite !== undefined)
  await using here = await openPlace(sqlite)
  await using scene = await openScene(here)
  await identify(scene)
  const before = await readdir(here.data)
  await backUp(scene, here)
  assert.deepEqual(await readdir(here.data), before)
  assert.equal((await stat(here.file)).mode & 0o777, 0o600)
  const sealed = await readFile(here.file)
  const secrets = [
    'anna',
    'iPhone15,2',
    'windfall.db',
    (await readFile(join(here.data, 'master.key'))).toString('base64'),
  ]
  for (const secret of secrets) assert(!sealed.includes(secret), secret)
  await assert.rejects(backUp(scene, here), { code: 'backup_exists' })
  const { backups } = scene.server.app.core.services
  const elsewhere = join(here.data, 'absent', 'file')
  await assert.rejects(backups.create({ file: elsewhere, passphrase: PASSPHRASE }), {
    code: 'backup_unwritable',
  })
  await assert.rejects(backups.create({ file: `${here.file}2`, passphrase: 'short' }), {
    code: 'passphrase_short',
  })
  assert.deepEqual(await readdir(here.data), before)
})
