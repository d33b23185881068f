import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { ServiceError } from '../../src/errors.ts'
import { dialects } from '../dialect.ts'
import { givenDirectory, ldapSettings, ORIGIN, openScene } from './scene.ts'
import { personLdif, type Slapd, skipWithoutSlapd, startSlapd } from './slapd.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

const NAMES = ['anna', 'bert', 'carla']
const COUNT = 5_000
const [sqlite] = dialects
assert.ok(sqlite !== undefined)

let slapd: Slapd
let proxy: TcpProxy
before(async () => {
  if (skipWithoutSlapd !== false) return
  slapd = await startSlapd({ ldif: NAMES.map((uid) => personLdif(uid)).join('\n') })
  proxy = await startTcpProxy(slapd.tlsPort)
})
after(async () => {
  if (skipWithoutSlapd !== false) return
  await proxy[Symbol.asyncDispose]()
  await slapd[Symbol.asyncDispose]()
})
const url = (): string => `ldaps://localhost:${proxy.port}`

/** Pieces of filters, DNs and spellings that LDAP takes for the same (RFC 4518). */
const PIECES = [
  ...['*', '(', ')', '\\', '|', '&', '!', '=', '~', '<', '>', ',', '+', '"', '#', ';', '/'],
  ...['\\2a', '\\28', '\\00', '*)(uid=*', ')(|(uid=*', 'anna)(uid=*)', '(|(uid=anna))', '1.1'],
  ...[
    'anna',
    'ANNA',
    'an\u00adna',
    'an\u200bna',
    '\ufeffanna',
    'ａｎｎａ',
    'anna ',
    '  anna',
    'an na',
  ],
  ...['uid=anna', 'ou=people,dc=example,dc=org', 'cn=admin,dc=example,dc=org', 'uid=*', '*)'],
  ...['\u2028', 'é', 'ß', '漢', '😀', ' ', '\u00a0', 'bert', 'carla'],
]
const name = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 5 }).map((all) => all.join('')),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  fc.constantFrom(...NAMES),
)
const password = fc.oneof(
  fc.constantFrom('wrong', '{SSHA}x', '*', 'secret', 'x'.repeat(1_000)),
  fc.constantFrom(...NAMES.map((each) => `${each}-secret`)),
  fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 5 }).map((all) => all.join('')),
)

test(`${COUNT} hostile names and passwords open nothing that is not theirs [security W2]`, {
  skip: skipWithoutSlapd,
}, async () => {
  await using scene = await openScene(sqlite)
  // Without TLS, which would be most of the work.
  await givenDirectory(scene, ldapSettings([`ldap://localhost:${slapd.port}`], { plain: true }))
  let at = 0
  const outcomes = new Map<string, number>()
  const sample = fc.sample(fc.tuple(name, password), { numRuns: COUNT, seed: 6 })
  const attempt = async ([given, secret]: readonly [string, string]): Promise<void> => {
    // Each from somewhere else: who guesses is not to be slowed down here.
    const origin = { ...ORIGIN, remoteAddress: `198.51.${at >> 8}.${at++ & 255}` }
    const key = given.trim().toLowerCase()
    const isRight = NAMES.includes(key) && secret === `${key}-secret`
    try {
      const account = await scene.signIn({ name: given, password: secret }, origin)
      assert.ok(isRight, `${JSON.stringify(given)} with ${JSON.stringify(secret)}`)
      assert.equal(account.name, key)
      outcomes.set('let in', (outcomes.get('let in') ?? 0) + 1)
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      assert.ok(!isRight, `${JSON.stringify(given)}: ${error.code}`)
      outcomes.set(error.code, (outcomes.get(error.code) ?? 0) + 1)
    }
  }
  for (let start = 0; start < sample.length; start += 8) {
    await Promise.all(sample.slice(start, start + 8).map(attempt))
  }
  // None of them made the directory look as if it was away.
  assert.deepEqual([...outcomes.keys()].toSorted(), ['let in', 'sign_in_failed'])
  assert.ok((outcomes.get('let in') ?? 0) > 10)
  const { length } = await scene.accounts.list({ limit: 10 })
  assert.equal(length, NAMES.length)
})

test('a password that proves nothing does not leave windfall: not a byte [security W2]', {
  skip: skipWithoutSlapd,
}, async () => {
  await using scene = await openScene(sqlite)
  await givenDirectory(scene, ldapSettings([url()]))
  const before = { ...proxy.count }
  const long = 'x'.repeat(1025)
  for (const nothing of ['', ' ', '\t \u00a0\u3000', '\0', 'anna-secret\0', '\ud800', long]) {
    await assert.rejects(scene.signIn({ name: 'anna', password: nothing }, ORIGIN), {
      code: 'sign_in_failed',
    })
  }
  for (const nobody of ['', ' ', 'a:b', 'x'.repeat(65), 'a\0', 'a\nb', '\ud800']) {
    const origin = { ...ORIGIN, remoteAddress: '192.0.2.2' }
    await assert.rejects(scene.signIn({ name: nobody, password: 'anna-secret' }, origin), {
      code: 'sign_in_failed',
    })
  }
  assert.deepEqual(proxy.count, before)
})

test('a spelling that the directory takes for the same is not guessed at by itself [security W2]', {
  skip: skipWithoutSlapd,
}, async () => {
  await using scene = await openScene(sqlite)
  await givenDirectory(scene, ldapSettings([url()]))
  for (const spelling of ['an\u00adna', 'ａｎｎａ', 'an\u200bna']) {
    const origin = { ...ORIGIN, remoteAddress: '192.0.2.3' }
    await assert.rejects(scene.signIn({ name: spelling, password: 'anna-secret' }, origin), {
      code: 'sign_in_failed',
    })
  }
})
