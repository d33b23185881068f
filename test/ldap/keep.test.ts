import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listAudit, listDirectories } from '../../src/store/index.ts'
import { dialects } from '../dialect.ts'
import { BY_OWNER, ldapSettings, openScene } from './scene.ts'
import { SERVICE } from './slapd.ts'

const settings = ldapSettings(['ldaps://ldap.example.com'])
const SECRET = SERVICE.password

for (const dialect of dialects) {
  const { skip } = dialect
  test(`directories are added, changed and removed, each with a line in the audit (${dialect.name})`, {
    skip,
  }, async () => {
    await using scene = await openScene(dialect)
    const { directories, db } = scene
    const add = (name: string) => directories.add({ name, settings, secret: SECRET }, BY_OWNER)
    const first = await add('first')
    await add('second')
    await assert.rejects(add('first'), { kind: 'conflict', code: 'directory_exists' })
    await directories.change('second', { position: 0 }, { ...BY_OWNER, reason: 'more asked' })
    assert.deepEqual(
      (await directories.list()).map(({ name }) => name),
      ['second', 'first'],
    )
    const [, row] = await listDirectories(db)
    assert.equal(row?.id, first.id)
    assert.ok(!Buffer.from(row.sealedSecret ?? []).includes(SECRET))
    await directories.remove('first', BY_OWNER)
    await assert.rejects(directories.get('first'), { kind: 'not_found', code: 'directory_unknown' })
    const lines = await listAudit(db, { limit: 10 })
    assert.deepEqual(
      lines.map(({ action, reason }) => [action, reason]),
      [
        ['directory.remove', null],
        ['directory.change', 'more asked'],
        ['directory.add', null],
        ['directory.add', null],
      ],
    )
    assert.ok(!JSON.stringify(lines).includes(SECRET))
  })

  test(`a secret goes to the servers that it was given for (${dialect.name})`, {
    skip,
  }, async () => {
    await using scene = await openScene(dialect)
    const { directories } = scene
    await directories.add({ name: 'staff', settings, secret: SECRET }, BY_OWNER)
    const bindDn = SERVICE.dn
    for (const other of [
      ldapSettings(['ldaps://elsewhere.example.com']),
      ldapSettings(['ldap://ldap.example.com']),
      ldapSettings(['ldaps://ldap.example.com'], { plain: true }),
      ldapSettings(['ldaps://ldap.example.com', 'ldaps://elsewhere.example.com'], { bindDn }),
    ]) {
      const change = directories.change('staff', { settings: other }, BY_OWNER)
      await assert.rejects(change, { kind: 'invalid', code: 'directory_secret' })
      await directories.change('staff', { settings: other, secret: SECRET }, BY_OWNER)
      await directories.change('staff', { settings, secret: SECRET }, BY_OWNER)
    }
    const narrower = ldapSettings(['ldaps://ldap.example.com'], { filter: '(uid=a*)' })
    await directories.change('staff', { settings: narrower }, BY_OWNER)
  })
}

const [sqlite] = dialects
assert.ok(sqlite !== undefined)
const one = ['ldaps://ldap.example.com']

for (const [what, wanted, code] of [
  ['a name with capitals', { name: 'Staff', settings, secret: SECRET }, 'directory_name'],
  ['the name of another source', { name: 'oidc', settings, secret: SECRET }, 'directory_name'],
  ['no kind', { name: 'a', settings: {}, secret: SECRET }, 'directory_settings'],
  [
    'two kinds',
    { name: 'a', settings: { ...settings, http: { url: 'https://a.example' } }, secret: SECRET },
    'directory_settings',
  ],
  [
    'a filter that is none',
    { name: 'a', settings: ldapSettings(one, { filter: '(uid=' }), secret: SECRET },
    'directory_settings',
  ],
  [
    'a base that is no DN',
    { name: 'a', settings: ldapSettings(one, { base: 'people' }), secret: SECRET },
    'directory_settings',
  ],
  [
    'a required group that nobody tells of',
    {
      name: 'a',
      settings: ldapSettings(one, { groups: { by: 'none', required: 'cn=a' } }),
      secret: SECRET,
    },
    'directory_settings',
  ],
  [
    'roots that are none',
    { name: 'a', settings: ldapSettings(one, { ca: 'x' }), secret: SECRET },
    'directory_settings',
  ],
  ['a bind DN without a password', { name: 'a', settings }, 'directory_secret'],
  ['an empty password', { name: 'a', settings, secret: ' ' }, 'directory_secret'],
  [
    'a hook without a key',
    { name: 'a', settings: { http: { url: 'https://a.example' } } },
    'directory_secret',
  ],
  [
    'a hook with a short key',
    { name: 'a', settings: { http: { url: 'https://a.example' } }, secret: 'short' },
    'directory_secret',
  ],
] as const) {
  test(`${what} is refused`, async () => {
    await using scene = await openScene(sqlite)
    await assert.rejects(scene.directories.add(wanted, BY_OWNER), { kind: 'invalid', code })
    assert.deepEqual(await scene.directories.list(), [])
  })
}
