import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { OWNER } from '../../src/service/journal/index.ts'
import { listAudit } from '../../src/store/index.ts'
import { dialects } from '../dialect.ts'
import { BY_OWNER, givenDirectory, ldapSettings, ORIGIN, openScene, type Scene } from './scene.ts'
import {
  groupDn,
  groupLdif,
  personDn,
  personLdif,
  type Slapd,
  skipWithoutSlapd,
  startSlapd,
} from './slapd.ts'
import { startTcpProxy } from './tcp-proxy.ts'

const COUNT = 1_100
const NAMES = Array.from({ length: COUNT }, (_, at) => `p${String(at).padStart(4, '0')}`)

let slapd: Slapd
before(async () => {
  if (skipWithoutSlapd !== false) return
  slapd = await startSlapd({ ldif: NAMES.map((uid) => personLdif(uid)).join('') })
})
after(async () => {
  if (skipWithoutSlapd === false) await slapd[Symbol.asyncDispose]()
})

const NOW = { isTrial: false, isForced: false } as const
const TRIAL = { ...NOW, isTrial: true } as const

const countActive = async ({ accounts }: Scene): Promise<number> => {
  let [count, cursor] = [0, undefined as undefined | Awaited<ReturnType<typeof accounts.add>>['id']]
  for (;;) {
    const page = await accounts.list({ limit: 500, after: cursor, disabled: false })
    count += page.length
    cursor = page.at(-1)?.id
    if (page.length < 500) return count
  }
}

for (const dialect of dialects) {
  const skip = skipWithoutSlapd || dialect.skip
  test(`everybody in a directory is looked up, page by page; half of it disables nobody (${dialect.name})`, {
    skip,
  }, async () => {
    await using proxy = await startTcpProxy(slapd.port)
    await using scene = await openScene(dialect)
    const server = `ldap://localhost:${proxy.port}`
    const sync = { mostGonePercent: 10 }
    await givenDirectory(scene, ldapSettings([server], { plain: true, sync }))
    const trial = await scene.directories.sync('staff', TRIAL, BY_OWNER)
    assert.deepEqual([trial.people, trial.added, trial.refused], [COUNT, COUNT, []])
    assert.equal(await countActive(scene), 0)
    const first = await scene.directories.sync('staff', NOW, BY_OWNER)
    assert.deepEqual([first.people, first.added, first.disabled], [COUNT, COUNT, 0])
    assert.equal(await countActive(scene), COUNT)
    const again = await scene.directories.sync('staff', NOW, BY_OWNER)
    assert.deepEqual([again.added, again.changed, again.disabled], [0, 0, 0])

    proxy.set({ kind: 'cut', after: 100_000 })
    await assert.rejects(scene.directories.sync('staff', NOW, BY_OWNER), {
      code: 'directory_unavailable',
    })
    proxy.set({ kind: 'pass' })
    assert.equal(await countActive(scene), COUNT)
    const { lastSync } = await scene.directories.get('staff')
    assert.ok(lastSync !== null && 'code' in lastSync)
    scene.clock.advance(60_000)

    // As if most people were gone.
    const few = ldapSettings([server], { plain: true, sync, filter: '(uid=p00*)' })
    await scene.directories.change('staff', { settings: few }, BY_OWNER)
    const withheld = await scene.directories.sync('staff', NOW, BY_OWNER)
    assert.deepEqual([withheld.people, withheld.withheld, withheld.disabled], [100, COUNT - 100, 0])
    assert.equal(await countActive(scene), COUNT)
    const none = ldapSettings([server], { plain: true, sync, filter: '(uid=nobody)' })
    await scene.directories.change('staff', { settings: none }, BY_OWNER)
    assert.equal((await scene.directories.sync('staff', NOW, BY_OWNER)).withheld, COUNT)
    await scene.directories.change('staff', { settings: few }, BY_OWNER)
    const forced = await scene.directories.sync('staff', { ...NOW, isForced: true }, BY_OWNER)
    assert.equal(forced.disabled, COUNT - 100)
    assert.equal(await countActive(scene), 100)
    const all = ldapSettings([server], { plain: true, sync })
    await scene.directories.change('staff', { settings: all }, BY_OWNER)
    assert.equal((await scene.directories.sync('staff', NOW, BY_OWNER)).enabled, COUNT - 100)
    assert.equal(await countActive(scene), COUNT)
  })

  test(`who is gone is disabled, who is back is enabled, and an operator has the last word (${dialect.name})`, {
    skip,
  }, async () => {
    const people = ['anna', 'bert', 'carla', 'dora'].map((uid) => personLdif(uid)).join('')
    await using own = await startSlapd({ ldif: people + groupLdif('staff', personDn('anna')) })
    await using scene = await openScene(dialect)
    const settings = ldapSettings([`ldaps://localhost:${own.tlsPort}`], {
      sync: { mostGonePercent: 50 },
    })
    await givenDirectory(scene, settings)
    await scene.accounts.add({ name: 'dora', password: 'a password of hers' })
    const first = await scene.directories.sync('staff', NOW, BY_OWNER)
    assert.deepEqual(first.refused, [{ name: 'dora', code: 'account_taken' }])
    assert.deepEqual((await scene.accounts.get('anna')).groups, [groupDn('staff')])

    await own.modify(`dn: ${personDn('bert')}
changetype: modify
replace: mail
mail: b@example.org
-
replace: userAccountControl
userAccountControl: 512

dn: ${personDn('carla')}
changetype: modify
replace: userAccountControl
userAccountControl: 514
`)
    await scene.accounts.disable('bert', { by: OWNER })
    const second = await scene.directories.sync('staff', NOW, BY_OWNER)
    assert.deepEqual([second.changed, second.disabled, second.enabled], [1, 1, 0])
    assert.equal((await scene.accounts.get('bert')).email, 'b@example.org')
    assert.notEqual((await scene.accounts.get('carla')).disabledAt, null)
    const asCarla = { name: 'carla', password: 'carla-secret' }
    await assert.rejects(scene.signIn(asCarla, ORIGIN), { code: 'sign_in_failed' })

    await own.modify(`dn: ${personDn('carla')}
changetype: modify
replace: userAccountControl
userAccountControl: 512
`)
    // Who signs in is looked up at once.
    assert.equal((await scene.signIn(asCarla, ORIGIN)).disabledAt, null)
    const third = await scene.directories.sync('staff', NOW, BY_OWNER)
    assert.deepEqual([third.changed, third.disabled, third.enabled], [0, 0, 0])
    assert.notEqual((await scene.accounts.get('bert')).disabledAt, null)

    const lines = await listAudit(scene.db, { limit: 50 })
    const done = lines.map(({ action, actor }) => `${action} ${actor.kind}`)
    for (const line of [
      'account.adopt system',
      'account.disable system',
      'account.enable system',
    ]) {
      assert.ok(done.includes(line), `${line} in ${done}`)
    }
    assert.ok(done.includes('directory.sync owner'))
  })

  test(`it is looked through when it is time, once for all servers (${dialect.name})`, {
    skip,
  }, async () => {
    await using own = await startSlapd({ ldif: personLdif('anna') })
    await using scene = await openScene(dialect)
    const { directories, clock } = scene
    const sync = { minutes: 30 }
    await givenDirectory(scene, ldapSettings([`ldaps://localhost:${own.tlsPort}`], { sync }))
    const look = async () => (await directories.look(AbortSignal.timeout(60_000))).length
    assert.deepEqual([await look(), await look()], [1, 0])
    clock.advance(29 * 60_000)
    assert.equal(await look(), 0)
    clock.advance(60_000)
    assert.equal(await look(), 1)
    assert.equal((await scene.accounts.get('anna')).source, 'staff')
  })
}
