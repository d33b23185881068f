import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { dialects } from '../dialect.ts'
import { type Hook, type HookAnswer, isSigned, startHook } from './hook.ts'
import { BY_OWNER, ORIGIN, openScene, refusals, type Scene } from './scene.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const ANNA = { name: 'anna', password: 'anna-secret' }
const AWAY = { kind: 'unavailable', code: 'directory_unavailable' } as const
const WRONG = { kind: 'unauthenticated', code: 'sign_in_failed' } as const
const [sqlite] = dialects
assert.ok(sqlite !== undefined)

const given = (scene: Scene, { url }: Pick<Hook, 'url'>, name = 'hook') =>
  scene.directories.add({ name, settings: { http: { url } }, secret: SECRET }, BY_OWNER)

const yes = (more: object = {}): HookAnswer => ({
  body: JSON.stringify({ allowed: true, id: '42', name: 'Anna', ...more }),
})

for (const dialect of dialects) {
  test(`whom the organisation’s own server lets in signs in, with what it says of them (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    const said = { fullName: 'Anna A.', email: null, attributes: { team: 'Sales' } }
    await using hook = await startHook(({ body }) =>
      JSON.parse(body).password === ANNA.password
        ? yes({ ...said, groups: ['staff'] })
        : { body: '{"allowed":false}' },
    )
    await using scene = await openScene(dialect, { roots: true })
    await given(scene, hook)
    const account = await scene.signIn(ANNA, ORIGIN)
    assert.deepEqual(
      [account.name, account.source, account.externalId, account.fullName, account.groups],
      ['Anna', 'hook', '42', 'Anna A.', ['staff']],
    )
    assert.deepEqual(account.attributes, { team: 'Sales' })
    const [heard] = hook.heard
    assert.ok(heard !== undefined && isSigned(heard, SECRET))
    assert.ok(!isSigned(heard, 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'))
    assert.deepEqual(JSON.parse(heard.body), {
      ...{ type: 'sign_in', ...ANNA, remoteAddress: ORIGIN.remoteAddress },
    })
    await assert.rejects(scene.signIn({ ...ANNA, password: 'wrong' }, ORIGIN), WRONG)
    assert.deepEqual(await refusals(scene.db), ['directory_said_no'])
    const sync = scene.directories.sync('hook', { isTrial: false, isForced: false }, BY_OWNER)
    await assert.rejects(sync, { code: 'directory_no_list' })
  })
}

for (const [what, answer] of Object.entries<HookAnswer>({
  'a status that is not 200': { ...yes(), status: 201 },
  'no content': { status: 204, body: '' },
  'a refusal in the language of HTTP': { status: 401, body: '{"allowed":true}' },
  'a fault': { ...yes(), status: 500 },
  'a redirect': { status: 302, headers: { location: 'https://example.com' }, body: '' },
  'what is no JSON': { body: 'yes' },
  'yes as text': { body: '{"allowed":"true","id":"1","name":"anna"}' },
  'yes without an id': { body: '{"allowed":true,"name":"anna"}' },
  'yes with an empty id': { body: '{"allowed":true,"id":"","name":"anna"}' },
  'yes and more than was agreed': yes({ admin: true }),
  'a list': { body: '[{"allowed":true,"id":"1","name":"anna"}]' },
  nothing: { body: '' },
  'more than an answer may have': yes({ fullName: 'x'.repeat(300_000) }),
})) {
  test(`${what} is an outage, and never yes`, async () => {
    await using hook = await startHook(() => answer)
    await using scene = await openScene(sqlite, { roots: true })
    await given(scene, hook)
    await assert.rejects(scene.signIn(ANNA, ORIGIN), AWAY)
    // It is left alone for a while.
    await assert.rejects(scene.signIn(ANNA, ORIGIN), AWAY)
    assert.equal(hook.heard.length, 1)
    assert.equal((await scene.directories.get('hook')).connection.state, 'down')
    assert.deepEqual(await scene.accounts.list({ limit: 1 }), [])
  })
}

test('yes to somebody else is no', async () => {
  await using hook = await startHook(() => yes({ name: 'bert' }))
  await using scene = await openScene(sqlite, { roots: true })
  await given(scene, hook)
  await assert.rejects(scene.signIn(ANNA, ORIGIN), WRONG)
  assert.deepEqual(await refusals(scene.db), ['directory_person_unfit'])
})

test('an answer that does not come is an outage, and it recovers', async () => {
  let isSlow = true
  const end = new AbortController()
  await using hook = await startHook(async () => {
    if (isSlow) await wait(60_000, undefined, { signal: end.signal }).catch(() => {})
    return yes()
  })
  await using scene = await openScene(sqlite, { roots: true, deadlineMs: 500 })
  await given(scene, hook)
  await assert.rejects(scene.signIn(ANNA, ORIGIN), AWAY)
  isSlow = false
  end.abort()
  scene.clock.advance(5_000)
  assert.equal((await scene.signIn(ANNA, ORIGIN)).name, 'Anna')
})

test('nothing that proves nothing is asked, and no address that is not allowed [security W2 W11]', async () => {
  await using hook = await startHook(() => yes())
  await using scene = await openScene(sqlite, { roots: true })
  await given(scene, hook)
  for (const password of ['', ' \t', '\0']) {
    await assert.rejects(scene.signIn({ ...ANNA, password }, ORIGIN), WRONG)
  }
  assert.equal(hook.heard.length, 0)
  const url = hook.url.replace('localhost', '127.0.0.1')
  await scene.directories.remove('hook', BY_OWNER)
  await given(scene, { url })
  await assert.rejects(scene.signIn(ANNA, ORIGIN), AWAY)
  assert.equal(hook.heard.length, 0)
})
