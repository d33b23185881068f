import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { getString } from '../../src/protocol/plist/index.ts'
import { makeKey } from '../codec/holder.ts'
import {
  basic,
  makeDevice,
  obtainIdentity,
  offeredChallenge,
  openProfile,
  postPhase2,
  postPhase3,
  refusalOf,
  scepPayloadOf,
} from '../device.ts'
import { dialects } from '../dialect.ts'
import {
  changeFlow,
  enrollBy,
  identifyBy,
  listDevices,
  makeFlow,
  pageOfFlow,
  templateNamed,
} from '../flow.ts'
import { ACCOUNT, startTestServer, type TestServer } from '../harness.ts'
import { callApi, getEnrollment, listEnrollments } from '../operator.ts'
import { request } from '../request.ts'
import { caCertificates, certify, pkcsReq, postScep, readReply } from '../scep-client.ts'
import { postForm } from '../signed-in.ts'

const BEN = { name: 'Ben', password: 'another good password' }
const key = makeKey('rsa-2048')
const smallKey = makeKey('rsa-1024')

for (const dialect of dialects) {
  describe(`flows on ${dialect.name}`, { skip: dialect.skip }, () => {
    const stack = new AsyncDisposableStack()
    let started: Promise<TestServer> | undefined
    const start = async (): Promise<TestServer> => {
      const { location } = stack.use(await dialect.create())
      const server = stack.use(await startTestServer({ location }))
      await server.app.core.services.accounts.add(BEN)
      await makeFlow(server, 'person')
      await makeFlow(server, 'invited', { invitation: 'needed' })
      return server
    }
    const open = (): Promise<TestServer> => (started ??= start())
    after(() => stack.disposeAsync())

    test('[mission H6] a person: whoever signs in enrolls any device', async () => {
      const server = await open()
      for (const account of [ACCOUNT, BEN]) {
        const payload = await identifyBy(server, 'person', { account })
        assert.notEqual(typeof payload, 'string')
        const { flow, account: holder } = await getEnrollment(server)
        assert.deepEqual([flow, holder.name], ['person', account.name])
      }
      const wrong = { headers: basic({ ...ACCOUNT, password: 'wrong' }) }
      assert.equal((await request(server, '/e/person', wrong)).status, 401)
      assert.equal((await enrollBy(server, 'person')).kind, 'configured')
    })

    test('[mission H6] both: a listed person on somebody else’s listed device is refused, and so is a device that is not listed', async () => {
      const server = await open()
      await makeFlow(server, 'both', { requires: 'both' })
      const [ofAnna, ofBen, ofAnybody] = [
        makeDevice(server),
        makeDevice(server),
        makeDevice(server),
      ]
      await listDevices(server, 'both', [ofAnna, 'ANNA'], [ofBen, 'ben'])
      await listDevices(server, 'both', [
        String(ofAnybody.attributes['SERIAL']).toLowerCase(),
        null,
      ])
      const by = (account: typeof BEN, device = makeDevice(server)) =>
        identifyBy(server, 'both', { account, device })

      assert.notEqual(typeof (await by(ACCOUNT, ofAnna)), 'string')
      assert.notEqual(typeof (await by(BEN, ofBen)), 'string')
      for (const account of [ACCOUNT, BEN]) {
        assert.notEqual(typeof (await by(account, ofAnybody)), 'string')
        assert.equal(await by(account), '403 device_not_listed')
      }
      assert.equal(await by(ACCOUNT, ofBen), '403 device_of_another')
      const { state, code, steps } = await getEnrollment(server)
      assert.deepEqual([state, code], ['refused', 'device_of_another'])
      assert.equal(steps.at(-1)?.detail['reason'], 'device_of_another')
      assert.equal(await by(BEN, ofAnna), '403 device_of_another')
    })

    test('[mission H6] a device: nobody signs in, and it becomes the device of its owner', async () => {
      const server = await open()
      await server.app.core.services.accounts.add({ name: 'kiosk' })
      await makeFlow(server, 'device', { requires: 'device', account: 'kiosk' })
      const [ofBen, ofKiosk, ofNobody] = [
        makeDevice(server),
        makeDevice(server),
        makeDevice(server),
      ]
      await listDevices(server, 'device', [ofBen, 'ben'], [ofKiosk, null], [ofNobody, 'nobody'])
      const enroll = async (device = makeDevice(server)) => {
        const { body } = await request(server, '/e/device')
        const challenge = getString(openChallenge(body), 'Challenge') ?? ''
        return { device, answer: await postPhase2(server, device, { challenge }) }
      }
      for (const [device, name] of [
        [ofBen, 'Ben'],
        [ofKiosk, 'kiosk'],
      ] as const) {
        const { answer } = await enroll(device)
        const signer = await certify(server, scepPayloadOf(answer.body), { key })
        assert.equal((await postPhase3(server, device, { signer })).status, 200)
        const { account, state } = await getEnrollment(server)
        assert.deepEqual([account.name, state], [name, 'configured'])
      }
      assert.equal(refusalOf((await enroll()).answer), '403 device_not_listed')
      assert.equal(refusalOf((await enroll(ofNobody)).answer), '403 device_owner_unknown')
      await server.app.core.services.accounts.disable('kiosk')
      const refused = await request(server, '/e/device')
      assert.equal(refused.status, 403)
    })

    test('[mission H6] of two flows on one server, one has a template, a life of certificates and a minimum of its own', async () => {
      const server = await open()
      await makeFlow(server, 'short', { template: templateNamed('short'), certificateDays: 10 })
      await makeFlow(server, 'new', { minimumVersions: { ios: '26.2' } })
      const days = async (flow: string) => {
        const outcome = await enrollBy(server, flow)
        if (outcome.kind !== 'configured') assert.fail(JSON.stringify(outcome))
        const { validToDate } = new X509Certificate(outcome.identity.identity.certificate.bytes)
        const life = (validToDate.getTime() - server.clock.now()) / 86_400_000
        const name = getString(outcome.profile, 'PayloadIdentifier') ?? ''
        return [Math.round(life), name.endsWith('.short'), name.endsWith('.configuration')]
      }
      assert.deepEqual(await days('short'), [10, true, false])
      assert.deepEqual(await days('person'), [365, false, true])
      assert.equal(await identifyBy(server, 'new'), '403 os_too_old')
      assert.equal(typeof (await identifyBy(server, 'short')), 'object')
    })

    test('[mission H6] RSA-1024 and SHA-1 are accepted by one flow and refused by the other, on the same server', async () => {
      const server = await open()
      await makeFlow(server, 'old', { allowLegacy: true })
      const ask = async (flow: string) => {
        const device = makeDevice(server)
        const challenge = await offeredChallenge(server, ACCOUNT, `/e/${flow}`)
        const old = { challenge, shape: 'bare', hash: 'sha1' } as const
        const payload = scepPayloadOf((await postPhase2(server, device, old)).body)
        const pending = pkcsReq({
          ...{ key: smallKey, challenge: getString(payload, 'Challenge') },
          ...{ caCertificates: await caCertificates(server), hash: 'sha1', cipher: 'des-ede3-cbc' },
        })
        const answer = await postScep(server, pending)
        return { device, payload, reply: readReply(pending, answer) }
      }
      const old = await ask('old')
      assert.equal(old.reply.kind, 'success')
      for (const flow of ['person', 'old', 'person']) {
        const { reply } = await ask(flow)
        const expected = flow === 'old' ? 'success' : 'badAlg'
        assert.equal(reply.kind === 'failure' ? reply.failInfo : reply.kind, expected)
        const last = (await getEnrollment(server)).steps.at(-1)
        assert.equal(last?.detail['reason'], flow === 'old' ? undefined : 'key_rsa_size')
      }
    })

    test('[mission H6] who is not invited, or not meant, begins nothing', async () => {
      const server = await open()
      const accounts = { attributes: { team: 'Sales' } }
      await makeFlow(server, 'sales', { accounts })
      await server.app.core.services.accounts.add({
        ...{ name: 'sam', password: BEN.password, attributes: { team: 'Sales' } },
      })
      const before = await listEnrollments(server)
      for (const headers of [basic(), { accept: 'text/html' }]) {
        const { status, body } = await request(server, '/e/invited', { headers })
        assert.deepEqual([status, /You need an invitation/.test(body.toString())], [403, true])
      }
      const form = await postForm(server, '/e/invited', ACCOUNT)
      assert.equal(form.status, 403)
      assert.equal((await request(server, '/e/sales', { headers: basic() })).status, 403)
      assert.deepEqual(await listEnrollments(server), before)
      const sam = { name: 'sam', password: BEN.password }
      assert.equal(typeof (await identifyBy(server, 'sales', { account: sam })), 'object')
    })

    test('[mission H6] an invitation to it admits', async () => {
      const server = await open()
      const { enrollment, flowBook, accounts, invitations } = server.app.core.services
      const row = await server.app.core.services.flows.get('invited')
      const choices = await flowBook.of(row.id)
      const origin = { remoteAddress: '192.0.2.7', userAgent: null }
      const anna = await accounts.get('anna')
      await assert.rejects(enrollment.begin(anna, origin, { choices }), {
        code: 'invitation_needed',
      })
      const wish = { channel: 'link', flow: 'invited', days: 7, uses: 1 } as const
      const by = { name: 'owner', origin: undefined }
      const invitation = await invitations.create('anna', wish, by)
      const secret = invitations.linkOf(invitation.id).split('/').at(-1) ?? ''
      const id = await invitations.beginWith(secret, anna, origin)
      assert.equal((await getEnrollment(server, id)).flow, 'invited')
    })

    test('a flow that is disabled, removed or unknown is no address', async () => {
      const server = await open()
      await makeFlow(server, 'gone')
      await makeFlow(server, 'closed', { enabled: false })
      const device = makeDevice(server)
      const challenge = await offeredChallenge(server, ACCOUNT, '/e/gone')
      const removed = await callApi(server, '/flows/gone', { method: 'DELETE' })
      assert.equal(removed.status, 200)
      for (const name of ['gone', 'closed', 'never', 'Person', '%00', 'default%20']) {
        const page = await pageOfFlow(server, name)
        assert.equal(page.status, 404, name)
        assert.match(page.body.toString(), /Nothing here/)
        const { status } = await request(server, `/e/${name}`, { headers: basic() })
        assert.equal(status, 404)
      }
      // Who has begun goes on.
      const answer = await postPhase2(server, device, { challenge })
      const signer = await certify(server, scepPayloadOf(answer.body), { key })
      assert.equal((await postPhase3(server, device, { signer })).status, 200)
      assert.equal((await getEnrollment(server)).flow, 'gone')
      const again = await makeFlow(server, 'gone', { certificateDays: 1 })
      assert.equal((await pageOfFlow(server, again.name)).status, 200)
    })

    test('a change of a flow counts for a device that is under way', async () => {
      const server = await open()
      await makeFlow(server, 'moving')
      const device = makeDevice(server)
      const challenge = await offeredChallenge(server, ACCOUNT, '/e/moving')
      const { body } = await postPhase2(server, device, { challenge })
      const changes = { template: templateNamed('moved'), certificateDays: 7 }
      await changeFlow(server, 'moving', changes)
      const signer = await certify(server, scepPayloadOf(body), { key })
      const { validToDate } = new X509Certificate(signer.certificate.bytes)
      const days = (validToDate.getTime() - server.clock.now()) / 86_400_000
      assert.equal(Math.round(days), 7)
      const answer = await postPhase3(server, device, { signer })
      const { identifier } = identifierOf(answer.body)
      assert.match(identifier, /\.moved$/)

      await changeFlow(server, 'moving', { requires: 'both' })
      const again = await postPhase3(server, device, { signer })
      assert.equal(refusalOf(again), '403 device_not_listed')
    })

    test('/enroll and /e/default are the flow of the configuration', async () => {
      const server = await open()
      const device = makeDevice(server)
      const signer = await obtainIdentity(server, device, { key })
      assert.equal((await postPhase3(server, device, { signer })).status, 200)
      assert.equal((await getEnrollment(server)).flow, 'default')
      assert.equal((await pageOfFlow(server, 'default')).status, 200)
      assert.equal((await request(server, '/e/default', { headers: basic() })).status, 200)
      assert.equal((await getEnrollment(server)).flow, 'default')
    })

    test('a page speaks the words of its flow, in the language that is wanted', async () => {
      const server = await open()
      await makeFlow(server, 'words', {
        texts: {
          en: { title: 'Hello <b>', lead: 'Field service', help: 'Call 1234' },
          de: { title: 'Hallo' },
        },
      })
      const said = async (language: string) =>
        (await pageOfFlow(server, 'words', language)).body.toString()
      assert.match(
        await said('en-GB'),
        /<h1>Hello &lt;b&gt;<\/h1>[\s\S]*Field service[\s\S]*Call 1234/,
      )
      assert.match(await said('fr;q=0.5, de-AT;q=0.9, en;q=0.1'), /<h1>Hallo<\/h1>/)
      assert.match(await said('ja'), /<h1>Hello/)
      assert.match(await said('de;q=0, *'), /<form method="post" action="\/e\/words">/)
    })
  })
}

const openChallenge = (body: Buffer) => {
  const content = openProfile(body).get('PayloadContent')
  return content instanceof Map ? content : assert.fail('no PayloadContent')
}

const identifierOf = (profile: Buffer) => ({
  identifier: getString(openProfile(profile), 'PayloadIdentifier') ?? '',
})
