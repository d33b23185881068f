import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseId } from '../../src/model/index.ts'
import { dialects } from '../dialect.ts'
import { ACCOUNT } from '../harness.ts'
import { type Arrived, partOf } from '../mail/server.ts'
import { callApi, getEnrollment, readJson } from '../operator.ts'
import { request } from '../request.ts'
import {
  cookiesOf,
  invite,
  openInvitationStage,
  postApi,
  postForm,
  readInvitation,
  readLink,
  SAFARI,
} from './stage.ts'

const DAY = 86_400_000

const linkIn = (mail: Arrived | undefined): string => {
  assert.ok(mail)
  const found = /https:\/\/\S+\/i\/[\w-]{22}/.exec(partOf(mail, 'text/plain'))
  assert.ok(found)
  assert.ok(partOf(mail, 'text/html').includes(`href="${found[0]}"`))
  return found[0]
}

const codesOf = async (stage: Awaited<ReturnType<typeof openInvitationStage>>, id?: string) =>
  (await getEnrollment(stage.server, id)).steps.map(({ code }) => code)

for (const dialect of dialects) {
  const options = { skip: dialect.skip }
  const open = async (
    more: Parameters<typeof openInvitationStage>[0] = {},
  ): Promise<Awaited<ReturnType<typeof openInvitationStage>>> => {
    await using stack = new AsyncDisposableStack()
    const place = stack.use(await dialect.create())
    const stage = stack.use(await openInvitationStage({ location: place.location, ...more }))
    const owned = stack.move()
    return { ...stage, [Symbol.asyncDispose]: () => owned.disposeAsync() }
  }

  test(
    `[mission H10] a link that came by mail begins the enrollment of whom it is for, and each step is seen (${dialect.name})`,
    options,
    async () => {
      await using stage = await open()
      const { server, mail } = stage
      const made = await invite(server, { channel: 'mail', language: 'de' })
      await server.app.runner.drain()
      assert.equal((await readInvitation(server, made.id)).state, 'sent')
      assert.equal(mail.arrived.length, 1)
      assert.deepEqual(mail.arrived[0]?.to, ['anna@example.com'])
      assert.equal(mail.arrived[0]?.headers.get('reply-to'), 'help@example.com')
      const link = linkIn(mail.arrived[0])
      const { pathname } = new URL(link)

      // A preview spends nothing, and is nobody who opens it.
      for (const headers of [
        {},
        { ...SAFARI, 'user-agent': 'facebookexternalhit/1.1 Twitterbot' },
      ]) {
        assert.equal((await request(server, pathname, { headers })).status, 200)
        assert.equal((await request(server, pathname, { method: 'HEAD', headers })).status, 200)
      }
      assert.equal((await readInvitation(server, made.id)).openedAt, null)

      const page = await request(server, pathname, { headers: SAFARI })
      assert.match(page.body.toString(), /lädt Anna Example ein/)
      assert.equal((await readInvitation(server, made.id)).state, 'opened')
      const begun = await postForm(server, pathname)
      assert.deepEqual([begun.status, begun.headers.location], [303, '/enroll'])
      const cookie = cookiesOf(begun)
      const form = await request(server, '/enroll', { headers: { ...SAFARI, cookie } })
      assert.match(form.body.toString(), /name="name"[^>]* value="anna"/)
      const signedIn = await postForm(server, '/enroll', { fields: ACCOUNT, cookie })
      assert.deepEqual([signedIn.status, signedIn.headers.location], [303, '/enroll/ready'])
      const portal = cookiesOf(signedIn)
      assert.doesNotMatch(portal, /windfall-invitation=./)
      const profile = await request(server, '/enroll/profile', {
        headers: { ...SAFARI, cookie: portal },
      })
      assert.equal(profile.status, 200)
      const { state, uses, startedAt, doneAt } = await readInvitation(server, made.id)
      assert.deepEqual([state, uses, doneAt], ['started', 1, null])
      assert.notEqual(startedAt, null)
      assert.deepEqual(await codesOf(stage), [
        'invited',
        'invitation_sent',
        'invitation_opened',
        'signed_in',
        'profile_service_sent',
      ])
      const again = await request(server, pathname, { headers: SAFARI })
      assert.equal(again.status, 403)
      assert.match(again.body.toString(), /This invitation does not work any more/)
    },
  )

  test(
    `[mission H10] 200 at once get in as often as an invitation allows, and not once more (${dialect.name})`,
    options,
    async () => {
      await using stage = await open()
      const { server } = stage
      const { invitations, accounts } = server.app.core.services
      const anna = await accounts.get('anna')
      const origin = { remoteAddress: '192.0.2.1', userAgent: null }
      for (const uses of [1, 7]) {
        const { id } = await invite(server, { uses })
        const secret = (await readLink(server, id)).url.split('/').at(-1) ?? ''
        const tries = Array.from({ length: 200 }, () =>
          invitations.beginWith(secret, anna, origin).then(
            (enrollment) => enrollment,
            (error: { readonly code?: string }) => assert.equal(error.code, 'invitation_used'),
          ),
        )
        const begun = (await Promise.all(tries)).filter((each) => each !== undefined)
        assert.equal(new Set(begun).size, uses)
        assert.equal(begun.length, uses)
        const seen = await readInvitation(server, id)
        assert.deepEqual([seen.uses, seen.usesAllowed], [uses, uses])
        const rows = await server.app.core.database.db
          .selectFrom('enrollment')
          .select('state')
          .where('invitation_id', '=', rowId(id))
          .execute()
        assert.deepEqual(
          rows.map(({ state }) => state),
          Array.from({ length: uses }, () => 'authenticated'),
        )
      }
    },
  )

  test(`[mission H10] an invitation works for nobody else (${dialect.name})`, options, async () => {
    await using stage = await open()
    const { server } = stage
    const bob = { name: 'bob', password: 'another correct horse' }
    await server.app.core.services.accounts.add(bob)
    const made = await invite(server)
    const { pathname } = new URL((await readLink(server, made.id)).url)
    const cookie = cookiesOf(await postForm(server, pathname))
    const refused = await postForm(server, '/enroll', { fields: bob, cookie })
    assert.equal(refused.status, 403)
    assert.match(refused.body.toString(), /This is for other people/)
    assert.equal((await readInvitation(server, made.id)).uses, 0)
    // The browser has forgotten it, and Bob signs in as himself.
    assert.match(String(refused.headers['set-cookie']), /windfall-invitation=;.*Max-Age=0/)
    assert.equal((await postForm(server, '/enroll', { fields: bob })).status, 303)
    const { data } = readJson<{ data: { action: string; code: string }[] }>(
      await callApi(server, '/audit?action=invitation.use'),
    )
    assert.deepEqual(data[0]?.code, 'invitation_other_person')
    assert.equal((await postForm(server, '/enroll', { fields: ACCOUNT, cookie })).status, 303)
    assert.equal((await readInvitation(server, made.id)).state, 'started')
  })

  test(
    `an invitation that was revoked, has expired or never was begins nothing (${dialect.name})`,
    options,
    async () => {
      await using stage = await open()
      const { server } = stage
      const [revoked, expired] = [await invite(server), await invite(server, { days: 2 })]
      const path = async (id: string) => new URL((await readLink(server, id)).url).pathname
      const [toRevoked, toExpired] = [await path(revoked.id), await path(expired.id)]
      const cookie = cookiesOf(await postForm(server, toRevoked))
      await postApi(server, `/invitations/${revoked.id}/revoke`, { reason: 'left' })
      server.clock.advance(2 * DAY)
      await server.app.runner.drain()
      for (const [pathname, words, status] of [
        [toRevoked, /does not work any more/, 403],
        [toExpired, /does not work any more/, 403],
        [`/i/${'A'.repeat(22)}`, /does not work any more/, 404],
        ['/i/%00', /does not work any more/, 404],
      ] as const) {
        const page = await request(server, pathname, { headers: SAFARI })
        assert.equal(page.status, status)
        assert.match(page.body.toString(), words)
        assert.equal((await postForm(server, pathname)).status, status)
      }
      assert.equal((await postForm(server, '/enroll', { fields: ACCOUNT, cookie })).status, 403)
      assert.equal((await readInvitation(server, revoked.id)).state, 'revoked')
      assert.equal((await readInvitation(server, expired.id)).state, 'expired')
      const { data } = readJson<{ data: { state: string; code: string }[] }>(
        await callApi(server, '/enrollments'),
      )
      assert.deepEqual(data.map(({ state, code }) => [state, code]).toSorted(), [
        ['expired', 'invitation_expired'],
        ['withdrawn', 'invitation_revoked'],
      ])
    },
  )
}

const rowId = (id: string) => {
  const parsed = parseId('invitation', id)
  assert.ok(parsed)
  return parsed
}
