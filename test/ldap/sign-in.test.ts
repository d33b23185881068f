import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { OWNER } from '../../src/service/journal/index.ts'
import { dialects } from '../dialect.ts'
import { BY_OWNER, givenDirectory, ldapSettings, ORIGIN, openScene, refusals } from './scene.ts'
import {
  GROUPS,
  groupDn,
  groupLdif,
  personDn,
  personLdif,
  type Slapd,
  skipWithoutSlapd,
  startSlapd,
} from './slapd.ts'
import { startTcpProxy } from './tcp-proxy.ts'

const people = ['anna', 'bert', 'carla', 'emil'].map((uid) => personLdif(uid)).join('\n')
const twins = personLdif('twin', 'uid: zwilling') + personLdif('other', 'uid: zwilling')
const disabled = personLdif('dora', 'userAccountControl: 514')
const groups = [
  groupLdif('staff', personDn('anna'), groupDn('sales')),
  groupLdif('sales', personDn('bert')),
  groupLdif('empty', personDn('carla')),
].join('\n')

let slapd: Slapd
before(async () => {
  if (skipWithoutSlapd !== false) return
  slapd = await startSlapd({ ldif: [people, twins, disabled, groups].join('\n') })
})
after(async () => {
  if (skipWithoutSlapd === false) await slapd[Symbol.asyncDispose]()
})
const ldaps = (): string => `ldaps://localhost:${slapd.tlsPort}`
const startTls = (): string => `ldap://localhost:${slapd.port}`

const WRONG = { kind: 'unauthenticated', code: 'sign_in_failed' } as const

for (const dialect of dialects) {
  const skip = skipWithoutSlapd || dialect.skip
  const testOn = (
    name: string,
    body: (scene: Awaited<ReturnType<typeof openScene>>) => Promise<void>,
  ) =>
    test(`${name} (${dialect.name})`, { skip }, async () => {
      await using scene = await openScene(dialect)
      await body(scene)
    })

  testOn('a person of a directory signs in, and is known from then on', async (scene) => {
    await givenDirectory(scene, ldapSettings([ldaps()], { attributes: { surname: 'sn' } }))
    const account = await scene.signIn({ name: 'Anna', password: 'anna-secret' }, ORIGIN)
    assert.equal(account.name, 'anna')
    assert.equal(account.source, 'staff')
    assert.match(account.externalId ?? '', /^[0-9a-f-]{36}$/)
    assert.equal(account.fullName, 'Anna Example')
    assert.equal(account.email, 'anna@example.org')
    assert.deepEqual(account.attributes, { surname: 'Example' })
    assert.deepEqual(account.groups, [groupDn('staff')])
    const again = await scene.signIn({ name: 'anna', password: 'anna-secret' }, ORIGIN)
    assert.equal(again.id, account.id)
  })

  testOn('StartTLS serves as well', async (scene) => {
    await givenDirectory(scene, ldapSettings([startTls()]))
    const account = await scene.signIn({ name: 'bert', password: 'bert-secret' }, ORIGIN)
    assert.equal(account.name, 'bert')
  })

  testOn(
    'a wrong password and an unknown name are refused alike, and told apart in the audit',
    async (scene) => {
      await givenDirectory(scene, ldapSettings([ldaps()]))
      await assert.rejects(scene.signIn({ name: 'anna', password: 'bert-secret' }, ORIGIN), WRONG)
      await assert.rejects(scene.signIn({ name: 'nobody', password: 'x' }, ORIGIN), WRONG)
      await assert.rejects(scene.signIn({ name: 'anna', password: ' ' }, ORIGIN), WRONG)
      assert.deepEqual(await refusals(scene.db), [
        ...[null, 'directory_name_unknown', 'directory_password_wrong'],
      ])
    },
  )

  testOn('a name that two have opens nothing [security W2]', async (scene) => {
    await givenDirectory(scene, ldapSettings([ldaps()]))
    const asTwin = { name: 'zwilling', password: 'twin-secret' }
    await assert.rejects(scene.signIn(asTwin, ORIGIN), WRONG)
    assert.deepEqual(await refusals(scene.db), ['directory_name_ambiguous'])
  })

  testOn('who is disabled there does not sign in', async (scene) => {
    await givenDirectory(scene, ldapSettings([ldaps()]))
    await assert.rejects(scene.signIn({ name: 'dora', password: 'dora-secret' }, ORIGIN), WRONG)
    assert.deepEqual(await refusals(scene.db), ['directory_person_disabled'])
  })

  testOn('who is in windfall’s own list with a password is asked nowhere else', async (scene) => {
    await using proxy = await startTcpProxy(slapd.tlsPort)
    await givenDirectory(scene, ldapSettings([`ldaps://localhost:${proxy.port}`]))
    await scene.accounts.add({ name: 'anna', password: 'own password' })
    await assert.rejects(scene.signIn({ name: 'anna', password: 'anna-secret' }, ORIGIN), WRONG)
    const account = await scene.signIn({ name: 'anna', password: 'own password' }, ORIGIN)
    assert.equal(account.source, null)
    assert.equal(proxy.count.connections, 0)
  })

  testOn('who is in the list without a password becomes one of the directory', async (scene) => {
    await givenDirectory(scene, ldapSettings([ldaps()]))
    const listed = await scene.accounts.add({ name: 'Carla' })
    const account = await scene.signIn({ name: 'carla', password: 'carla-secret' }, ORIGIN)
    assert.equal(account.id, listed.id)
    assert.equal(account.source, 'staff')
  })

  testOn('who was disabled by an operator stays so', async (scene) => {
    await givenDirectory(scene, ldapSettings([ldaps()]))
    const asAnna = { name: 'anna', password: 'anna-secret' }
    await scene.signIn(asAnna, ORIGIN)
    await scene.accounts.disable('anna', { by: OWNER })
    await assert.rejects(scene.signIn(asAnna, ORIGIN), WRONG)
    assert.deepEqual(await refusals(scene.db), ['account_disabled'])
  })

  testOn('ten wrong passwords of one name, and it is not asked any more', async (scene) => {
    await givenDirectory(scene, ldapSettings([ldaps()]))
    for (let time = 0; time < 10; time++) {
      await assert.rejects(scene.signIn({ name: 'anna', password: `no ${time}` }, ORIGIN), WRONG)
    }
    await assert.rejects(scene.signIn({ name: 'anna', password: 'anna-secret' }, ORIGIN), {
      code: 'too_many_attempts',
    })
  })

  testOn('the required group counts, by either side of it and through others', async (scene) => {
    const required = groupDn('Staff')
    for (const [by, nested, passes] of [
      ['memberOf', false, ['anna']],
      ['member', false, ['anna']],
      ['memberOf', true, ['anna', 'bert']],
      ['member', true, ['anna', 'bert']],
    ] as const) {
      const group = { by, nested, required, base: GROUPS }
      const name = `${by.toLowerCase()}-${nested}`
      await givenDirectory(scene, ldapSettings([ldaps()], { groups: group }), name)
      const let_in: string[] = []
      for (const uid of ['anna', 'bert', 'carla']) {
        await scene.signIn({ name: uid, password: `${uid}-secret` }, ORIGIN).then(
          ({ name: called }) => let_in.push(called),
          () => {},
        )
      }
      assert.deepEqual(let_in, passes, name)
      for (const called of let_in) await scene.accounts.erase(called, { by: OWNER })
      await scene.directories.remove(name, BY_OWNER)
    }
  })

  testOn('a name that no directory but the second has is found there', async (scene) => {
    const nobody = ldapSettings([ldaps()], { filter: '(uid=anna)' })
    await givenDirectory(scene, nobody, 'first')
    await givenDirectory(scene, ldapSettings([ldaps()]), 'second')
    const bert = await scene.signIn({ name: 'bert', password: 'bert-secret' }, ORIGIN)
    assert.equal(bert.source, 'second')
    const anna = await scene.signIn({ name: 'anna', password: 'anna-secret' }, ORIGIN)
    assert.equal(anna.source, 'first')
  })

  testOn('one whose directory is gone, or disabled, is not asked of another', async (scene) => {
    await givenDirectory(scene, ldapSettings([ldaps()]), 'first')
    const asAnna = { name: 'anna', password: 'anna-secret' }
    await scene.signIn(asAnna, ORIGIN)
    await givenDirectory(scene, ldapSettings([ldaps()]), 'second')
    await scene.directories.change('first', { isEnabled: false }, BY_OWNER)
    await assert.rejects(scene.signIn(asAnna, ORIGIN), WRONG)
    await scene.directories.remove('first', BY_OWNER)
    await assert.rejects(scene.signIn(asAnna, ORIGIN), WRONG)
  })
}
