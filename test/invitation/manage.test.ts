import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FLOW_DEFAULTS } from '../../src/model/index.ts'
import { getDict, getString } from '../../src/protocol/plist/index.ts'
import { adoptAccount } from '../../src/service/account/index.ts'
import { makeKey } from '../codec/holder.ts'
import { makeDevice, openProfile, postPhase2, scepPayloadOf } from '../device.ts'
import { dialects } from '../dialect.ts'
import { ACCOUNT } from '../harness.ts'
import { callApi, getEnrollment, listEnrollments, readJson } from '../operator.ts'
import { request } from '../request.ts'
import { finish, openScene } from '../security/scene.ts'
import {
  cookiesOf,
  type InvitationView,
  invite,
  openInvitationStage,
  postApi,
  postForm,
  readInvitation,
  readLink,
  SAFARI,
} from './stage.ts'

const DAY = 86_400_000
const ORIGIN = { remoteAddress: '192.0.2.1', userAgent: null }

for (const dialect of dialects) {
  const options = { skip: dialect.skip }

  test(
    `sends again to those who have not started, and to nobody else (${dialect.name})`,
    options,
    async () => {
      await using place = await dialect.create()
      await using stage = await openInvitationStage({ location: place.location })
      const { server, mail } = stage
      for (const name of ['bob', 'carl', 'dora', 'emil']) {
        await server.app.core.services.accounts.add({
          ...{ name, email: `${name}@example.com`, password: ACCOUNT.password },
          attributes: { department: 'Sales' },
        })
      }
      const wish = { group: 'department=Sales', channel: 'mail', uses: 1 }
      const made = readJson<{ results: { name: string; invitation: InvitationView }[] }>(
        await postApi(server, '/invitations/batches', wish),
      ).results
      await server.app.runner.drain()
      const idOf = (name: string) =>
        made.find((each) => each.name === name)?.invitation.id ?? assert.fail(name)
      const { pathname } = new URL((await readLink(server, idOf('bob'))).url)
      const cookie = cookiesOf(await postForm(server, pathname))
      await postForm(server, '/enroll', { fields: { ...ACCOUNT, name: 'bob' }, cookie })
      await postApi(server, `/invitations/${idOf('carl')}/revoke`)
      assert.equal(mail.arrived.length, 4)
      const reminded = readJson(
        await postApi(server, '/invitations/reminders', { batch: 'department=Sales' }),
      )
      assert.deepEqual(reminded, { resent: 2, refused: 0 })
      await server.app.runner.drain()
      assert.deepEqual(
        mail.arrived
          .slice(4)
          .flatMap(({ to }) => to)
          .toSorted(),
        ['dora@example.com', 'emil@example.com'],
      )
      // Bob's phone was lost on the way: once more.
      const again = readJson<InvitationView>(
        await postApi(server, `/invitations/${idOf('bob')}/resend`),
      )
      assert.deepEqual([again.uses, again.usesAllowed], [1, 2])
      assert.equal((await postApi(server, `/invitations/${idOf('carl')}/resend`)).status, 409)
    },
  )

  test(
    `an invitation that is sent again after its end is good again, and ends again (${dialect.name})`,
    options,
    async () => {
      await using place = await dialect.create()
      await using stage = await openInvitationStage({ location: place.location })
      const { server } = stage
      const { id } = await invite(server, { days: 3 })
      server.clock.advance(4 * DAY)
      await server.app.runner.drain()
      assert.equal((await readInvitation(server, id)).state, 'expired')
      const again = readJson<InvitationView>(await postApi(server, `/invitations/${id}/resend`))
      assert.equal(Date.parse(again.expiresAt), server.clock.now() + 3 * DAY)
      server.clock.advance(2 * DAY)
      // Given more time before it ends, it does not end when it would have.
      await server.app.runner.drain()
      assert.equal((await getEnrollment(server)).state, 'invited')
      server.clock.advance(DAY)
      await server.app.runner.drain()
      const states = (await listEnrollments(server)).map(({ state }) => state)
      assert.deepEqual(states, ['expired', 'expired'])
    },
  )

  test(
    `a device that was enrolled with an invitation makes it done (${dialect.name})`,
    options,
    async () => {
      await using place = await dialect.create()
      await using scene = await openScene({ location: place.location })
      const { server, wire } = scene
      const made = await invite(server)
      const { invitations, accounts, enrollment } = server.app.core.services
      const secret = new URL((await readLink(server, made.id)).url).pathname.slice('/i/'.length)
      const id = await invitations.beginWith(secret, await accounts.get('anna'), ORIGIN)
      const content = getDict(openProfile(await enrollment.offer(id, ORIGIN)), 'PayloadContent')
      const offered = (content && getString(content, 'Challenge')) ?? ''
      const device = makeDevice(server)
      const payload = scepPayloadOf((await postPhase2(wire, device, { challenge: offered })).body)
      const challenge = getString(payload, 'Challenge') ?? ''
      assert.equal((await readInvitation(server, made.id)).state, 'started')
      await finish(scene, { id, device, offered, challenge, subject: [] }, makeKey('rsa-2048'))
      const { state, doneAt, startedAt } = await readInvitation(server, made.id)
      assert.equal(state, 'done')
      assert.ok(doneAt !== null && startedAt !== null)
      assert.equal((await postApi(server, `/invitations/${made.id}/resend`)).status, 409)
    },
  )

  test(
    `what is kept of somebody tells their invitations, and goes with them (${dialect.name})`,
    options,
    async () => {
      await using place = await dialect.create()
      await using stage = await openInvitationStage({ location: place.location })
      const { server, mail } = stage
      const { id } = await invite(server, { channel: 'mail' })
      const { invitations } = readJson<{ invitations: InvitationView[] }>(
        await callApi(server, '/accounts/anna/export'),
      )
      assert.deepEqual(
        invitations.map((each) => each.id),
        [id],
      )
      const { url } = await readLink(server, id)
      await server.app.runner.drain()
      await postApi(server, `/invitations/${id}/resend`)
      await postApi(server, '/accounts/anna/erase')
      await server.app.runner.drain()
      assert.ok(mail.arrived.length <= 2)
      assert.equal((await readInvitation(server, id)).state, 'revoked')
      assert.equal((await request(server, new URL(url).pathname, { headers: SAFARI })).status, 403)
      const { data } = readJson<{ data: { state: string }[] }>(
        await callApi(server, '/enrollments'),
      )
      assert.ok(data.every(({ state }) => state === 'withdrawn'))
      const { rows } = await readEverything(server)
      assert.doesNotMatch(rows, /anna@example\.com/)
    },
  )
}

const readEverything = async ({
  app,
}: Awaited<ReturnType<typeof openInvitationStage>>['server']) => {
  const { db } = app.core.database
  const jobs = await db.selectFrom('job').selectAll().execute()
  const invitations = await db.selectFrom('invitation').selectAll().execute()
  return { rows: JSON.stringify([jobs, invitations]) }
}

test('where a flow takes the link for a sign-in, the button begins, as often as the invitation allows', async () => {
  await using stage = await openInvitationStage()
  const { server } = stage
  const { accounts, flows, invitations } = server.app.core.services
  const by = { name: 'owner', origin: undefined }
  await flows.create('link', { ...FLOW_DEFAULTS, methods: ['invitation'] }, { by })
  const secretOf = async (uses: number): Promise<string> => {
    const wish = { channel: 'link', flow: 'link', days: 7, uses } as const
    const { id } = await invitations.create('anna', wish, by)
    return invitations.linkOf(id).split('/').at(-1) ?? ''
  }
  const secret = await secretOf(2)
  for (let use = 0; use < 2; use++) assert.ok(await invitations.beginByLink(secret, ORIGIN))
  await assert.rejects(invitations.beginByLink(secret, ORIGIN), { code: 'invitation_used' })
  const next = await secretOf(1)
  await accounts.disable('anna')
  await assert.rejects(invitations.beginByLink(next, ORIGIN), { code: 'account_disabled' })
})

test('a group is one that a directory tells, however it is spelt', async () => {
  await using stage = await openInvitationStage()
  const { server } = stage
  const { db } = server.app.core.database
  const { invitations } = server.app.core.services
  const carl = { source: 'staff', externalId: '7', name: 'carl', groups: ['CN=Sales,DC=example'] }
  await adoptAccount({ db, clock: server.clock }, carl, ORIGIN)
  const wish = { channel: 'link', flow: 'default', days: 7, uses: 1 } as const
  const by = { name: 'owner', origin: undefined }
  const invited = await invitations.createMany({ group: 'cn=sales,dc=example' }, wish, by)
  assert.deepEqual(
    invited.map(({ name, fault }) => [name, fault]),
    [['carl', undefined]],
  )
  await assert.rejects(invitations.createMany({ group: 'cn=sale' }, wish, by), {
    code: 'group_empty',
  })
})

test('who may only look sees no link, and nobody is told secrets by lists', async () => {
  await using stage = await openInvitationStage()
  const { server } = stage
  const { id } = await invite(server)
  const { url } = await readLink(server, id)
  const secret = url.split('/').at(-1) ?? ''
  for (const path of ['/invitations', `/invitations/${id}`, '/audit', '/accounts/anna/export']) {
    assert.equal((await callApi(server, path)).body.includes(secret), false, path)
  }
  assert.equal((await readEverything(server)).rows.includes(secret), false)
  await request(server, new URL(url).pathname, { headers: SAFARI })
  assert.equal(server.log().includes(secret), false)
})
