import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import {
  dict,
  expectDict,
  formatPlist,
  getArray,
  getDict,
  getString,
  type PlistDict,
  type PlistValue,
  parsePlist,
} from '../../src/protocol/plist/index.ts'
import { makeKey } from '../codec/holder.ts'
import {
  makeDevice,
  obtainIdentity,
  offeredChallenge,
  openPayloads,
  openProfile,
  postPhase2,
  postPhase3,
  refusalOf,
  scepPayloadOf,
  type TestDevice,
} from '../device.ts'
import { startTestServer, type TestServer } from '../harness.ts'
import { callApi, getEnrollment, readJson } from '../operator.ts'
import { caCertificates, certify, pkcsReq, postScep, readReply } from '../scep-client.ts'

const server = await startTestServer({ env: { WINDFALL_ORGANIZATION__IDENTIFIER: 'com.acme' } })
after(() => server[Symbol.asyncDispose]())
const key = makeKey('rsa-2048')
const otherKey = makeKey('rsa-2048')

const template = join(server.data, 'profile.mobileconfig')
const original = await readFile(template)
beforeEach(() => writeFile(template, original))

const payload = (type: string, entries: Readonly<Record<string, PlistValue>>): PlistDict =>
  dict({
    PayloadType: type,
    PayloadVersion: 1,
    PayloadIdentifier: `com.acme.test.${type}`,
    PayloadUUID: '11111111-2222-4333-8444-555555555555',
    ...entries,
  })

/** Writes a template with this one payload. */
const writeTemplate = async (only: PlistDict): Promise<void> => {
  const content: readonly (readonly [string, PlistValue])[] = [['PayloadContent', [only]]]
  const whole = new Map([...expectDict(parsePlist(original)), ...content])
  await writeFile(template, formatPlist(whole))
}

const webClip = (entries: Readonly<Record<string, PlistValue>>): PlistDict =>
  payload('com.apple.webClip.managed', { URL: 'https://acme.example/', ...entries })

/** The payloads that a new device gets. */
const deliver = async (
  device: TestDevice = makeDevice(server),
  to: TestServer = server,
): Promise<readonly PlistDict[]> => {
  const signer = await obtainIdentity(to, device, { key })
  const { status, body } = await postPhase3(to, device, { signer })
  assert.equal(status, 200, body.toString())
  return openPayloads(body, signer)
}

const find = (payloads: readonly PlistDict[], type: string): PlistDict =>
  payloads.find((one) => one.get('PayloadType') === type) ?? assert.fail(`no ${type}`)

test('[mission H11 P3.5] a new installation has a template on disk: a web clip and a client certificate', async () => {
  const payloads = await deliver()
  const clip = find(payloads, 'com.apple.webClip.managed')
  const scep = getDict(find(payloads, 'com.apple.security.scep'), 'PayloadContent')

  assert.equal(clip.get('URL'), `${server.url}/`)
  assert.equal(clip.get('Label'), 'windfall')
  assert.equal(scep?.get('URL'), `${server.url}/scep`)
  assert.match(String(scep?.get('Challenge')), /^[A-Za-z0-9_-]{43}$/)
  assert.doesNotMatch(formatPlist(payloads).toString(), /\{\{/)
})

test('[mission H11] the file as it is at the delivery counts', async () => {
  const device = makeDevice(server)
  const signer = await obtainIdentity(server, device, { key })
  const labels: PlistValue[] = []
  for (const label of ['first', 'second']) {
    await writeTemplate(webClip({ Label: label }))
    const { body } = await postPhase3(server, device, { signer })
    labels.push(find(openPayloads(body, signer), 'com.apple.webClip.managed').get('Label') ?? '')
  }

  assert.deepEqual(labels, ['first', 'second'])
})

test('[mission P3.5] settings of every kind arrive as they stand in the template', async () => {
  const settings = dict({
    EncryptionType: 'WPA2',
    HIDDEN_NETWORK: true,
    Priority: 7,
    PayloadCertificate: Uint8Array.of(0, 1, 0xfe, 0xff),
    EAPClientConfiguration: dict({ AcceptEAPTypes: [13, 25], UserName: 'a & b <c>' }),
  })
  await writeTemplate(payload('com.apple.wifi.managed', Object.fromEntries(settings)))
  const wifi = find(await deliver(), 'com.apple.wifi.managed')

  for (const [name, value] of settings) assert.deepEqual(wifi.get(name), value, name)
})

test('[mission P3.5] the simulated device gets a certificate for the SCEP payload in its profile', async () => {
  const outcome = await server.enroll()
  assert.ok(outcome.kind === 'configured')
  const [service] = outcome.serviceIdentities
  assert.ok(service)
  const { subject } = new X509Certificate(service.identity.certificate.bytes)

  assert.match(subject, /^O=windfall\nOU=Devices\nCN=anna\nserialNumber=0/)
  const codes = (await getEnrollment(server)).steps.map(({ code }) => code)
  assert.equal(codes.at(-1), 'service_certificate_issued')
})

test('[mission P3.5] its challenge is made anew for each delivery and bound to the template’s subject', async () => {
  const device = makeDevice(server)
  const contents = [await deliver(device), await deliver()].map((payloads) =>
    getDict(find(payloads, 'com.apple.security.scep'), 'PayloadContent'),
  )
  const [content, another] = contents
  assert.ok(content && another)
  assert.notEqual(content.get('Challenge'), another.get('Challenge'))

  const options = { key, subject: [[['CN', 'administrator']]] } as const
  const { certificate } = await certify(server, content, options)
  const { subject } = new X509Certificate(certificate.bytes)
  assert.equal(
    subject,
    `O=windfall\nOU=Devices\nCN=anna\nserialNumber=${device.attributes['UDID']}`,
  )
  const challenge = getString(content, 'Challenge')
  const caCertificatesNow = await caCertificates(server)
  const pending = pkcsReq({ caCertificates: caCertificatesNow, key: otherKey, challenge })
  assert.equal(readReply(pending, await postScep(server, pending)).kind, 'failure')
})

test('[mission P3.5] a service certificate does not open phase 3', async () => {
  const device = makeDevice(server)
  const scep = getDict(find(await deliver(device), 'com.apple.security.scep'), 'PayloadContent')
  const signer = await certify(server, scep ?? assert.fail(), { key: otherKey })

  const answer = await postPhase3(server, device, { signer })
  assert.equal(refusalOf(answer), '403 certificate_wrong_purpose')
})

test('[mission P3.6] variables stand for what is known of the account holder and the device', async () => {
  const ben = {
    name: 'ben',
    password: 'another long password',
    fullName: 'Ben <b> & "Co."',
    email: 'ben@acme.example',
    attributes: { mailServer: 'mx7.acme.example' },
  }
  readJson(await callApi(server, '/accounts', { method: 'POST', body: JSON.stringify(ben) }))
  await writeTemplate(
    webClip({
      Label: '{{account.fullName}} on {{ device.product }}',
      list: ['{{account.email}}', dict({ deep: '{{account.mailServer}}' })],
      device: '{{device.udid}}/{{device.serial}}/{{device.build}}/{{device.imei}}',
      '{{account.name}}': '{{account.name}} of {{organization.name}}, {{organization.identifier}}',
    }),
  )
  const device = makeDevice(server, { SERIAL: 'F2LX8</string>', PRODUCT: 'iPad13,1' })
  const challenge = await offeredChallenge(server, ben)
  const { body } = await postPhase2(server, device, { challenge })
  const signer = await certify(server, scepPayloadOf(body), { key })
  const answer = await postPhase3(server, device, { signer })
  const clip = find(openPayloads(answer.body, signer), 'com.apple.webClip.managed')

  assert.equal(clip.get('Label'), 'Ben <b> & "Co." on iPad13,1')
  const { UDID } = device.attributes
  assert.equal(clip.get('device'), `${UDID}/F2LX8</string>/23B85/351234567890126`)
  const [email, nested] = getArray(clip, 'list') ?? []
  assert.equal(email, 'ben@acme.example')
  assert.equal(expectDict(nested ?? '').get('deep'), 'mx7.acme.example')
  assert.equal(clip.get('{{account.name}}'), 'ben of windfall, com.acme')
})

test('[mission P3.6] a value that is missing blocks the delivery, and the enrollment says which', async () => {
  await writeTemplate(webClip({ Label: '{{account.email}}' }))
  const device = makeDevice(server)
  const signer = await obtainIdentity(server, device, { key })

  const blocked = await postPhase3(server, device, { signer })
  assert.equal(refusalOf(blocked), '503 template_value_missing')
  const { state, steps } = await getEnrollment(server)
  assert.equal(state, 'certified')
  const last = steps.at(-1)
  assert.equal(last?.code, 'phase3_refused')
  assert.equal(last.detail['reason'], 'template_value_missing')
  assert.match(last.summary, /account\.email/)

  await writeTemplate(webClip({ Label: '{{account.fullName}}' }))
  assert.equal((await postPhase3(server, device, { signer })).status, 200)
})

test('[mission P3.6] a variable that does not exist blocks the delivery', async () => {
  await writeTemplate(webClip({ Label: '{{account.shoeSize}}' }))
  const device = makeDevice(server)
  const signer = await obtainIdentity(server, device, { key })

  const answer = await postPhase3(server, device, { signer })
  assert.equal(refusalOf(answer), '503 template_variable')
})

test('[mission H11] a template that is gone, broken or no profile is an error, not a profile', async () => {
  const device = makeDevice(server)
  const signer = await obtainIdentity(server, device, { key })
  const broken = [
    ['<plist><dict>', '503 template_unreadable'],
    [formatPlist([]), '503 template_unreadable'],
    [formatPlist(dict({ PayloadType: 'Configuration' })), '503 template_invalid'],
  ] as const
  for (const [text, refusal] of broken) {
    await writeFile(template, text)

    assert.equal(refusalOf(await postPhase3(server, device, { signer })), refusal)
  }
})

test('[mission A3] locks the profile and asks for a password to remove it, which only the device reads', async () => {
  await using own = await startTestServer({
    env: {
      WINDFALL_PROFILE__LOCKED: 'true',
      WINDFALL_PROFILE__REMOVAL_PASSWORD: 'only with the help desk',
    },
  })
  const device = makeDevice(own)
  const signer = await obtainIdentity(own, device, { key })
  const { body } = await postPhase3(own, device, { signer })
  const profile = openProfile(body)

  assert.equal(profile.get('PayloadRemovalDisallowed'), true)
  assert.equal(profile.get('HasRemovalPasscode'), true)
  assert.ok(!body.includes('only with the help desk'))
  const removal = find(openPayloads(body, signer), 'com.apple.profileRemovalPassword')
  assert.equal(removal.get('RemovalPassword'), 'only with the help desk')
})

test('[mission A3] leaves the profile removable unless told otherwise', async () => {
  const device = makeDevice(server)
  const signer = await obtainIdentity(server, device, { key })
  const profile = openProfile((await postPhase3(server, device, { signer })).body)

  assert.notEqual(profile.get('PayloadRemovalDisallowed'), true)
  assert.notEqual(profile.get('HasRemovalPasscode'), true)
})
