import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { makeKey } from '../codec/holder.ts'
import {
  makeDevice,
  obtainIdentity,
  offeredChallenge,
  postPhase2,
  postPhase3,
  refusalOf,
  type TestDevice,
} from '../device.ts'
import { startTestServer, type TestServer } from '../harness.ts'
import { callApi, getEnrollment, readJson } from '../operator.ts'

const folder = await mkdtemp(join(tmpdir(), 'windfall-test-'))
const list = join(folder, 'devices.csv')
await writeFile(list, '')
const listing = await startTestServer({ env: { WINDFALL_ENROLLMENT__DEVICE_LIST_FILE: list } })
const minimum = await startTestServer({ env: { WINDFALL_ENROLLMENT__MINIMUM_IOS: '26.1' } })
after(async () => {
  await listing[Symbol.asyncDispose]()
  await minimum[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})
const key = makeKey('rsa-2048')

const identify = async (server: TestServer, device: TestDevice): Promise<string> => {
  const answer = await postPhase2(server, device, { challenge: await offeredChallenge(server) })
  return answer.status === 200 ? 'ok' : refusalOf(answer)
}

/** The newest enrollment has ended, and its last step says why. */
const assertEnded = async (server: TestServer, step: string, reason: string): Promise<void> => {
  const { state, code, steps } = await getEnrollment(server)
  const last = steps.at(-1)
  assert.deepEqual([state, code], ['refused', reason])
  assert.deepEqual([last?.code, last?.outcome, last?.state], [step, 'refused', 'refused'])
  assert.equal(last?.detail['reason'], reason)
}

test('[mission P1.5 P2.3] a device that is not on the list is refused, and that is recorded', async () => {
  await writeFile(list, '00008120-0000000000000000\n')
  const device = makeDevice(listing)

  assert.equal(await identify(listing, device), '403 device_not_listed')
  await assertEnded(listing, 'phase2_refused', 'device_not_listed')
  const audit = readJson<{ data: { action: string; code: string; subject: string }[] }>(
    await callApi(listing, '/audit'),
  )
  const { id } = await getEnrollment(listing)
  const line = audit.data.find(({ subject }) => subject === id)
  assert.deepEqual([line?.action, line?.code], ['profile.phase2', 'device_not_listed'])
})

test('[mission P1.5 P2.3] a device on the list enrolls, by UDID or serial number, in any case', async () => {
  const byUdid = makeDevice(listing)
  const bySerial = makeDevice(listing)
  const lines = [
    '# phones of the field service',
    '',
    `${String(byUdid.attributes['UDID']).toLowerCase()} # Anna’s`,
    `  ${bySerial.attributes['SERIAL']} , `,
  ]
  await writeFile(list, lines.join('\n'))

  for (const device of [byUdid, bySerial]) {
    const signer = await obtainIdentity(listing, device, { key })
    assert.equal((await postPhase3(listing, device, { signer })).status, 200)
  }
})

test('[mission P2.3] a device that is listed for somebody is refused to everybody else', async () => {
  const [ofAnna, ofBen] = [makeDevice(listing), makeDevice(listing)]
  const lines = [`${ofAnna.attributes['UDID']}, Anna`, `${ofBen.attributes['UDID']},ben`]
  await writeFile(list, lines.join('\n'))

  assert.equal(await identify(listing, ofAnna), 'ok')
  assert.equal(await identify(listing, ofBen), '403 device_of_another')
  await assertEnded(listing, 'phase2_refused', 'device_of_another')
})

test('[mission P2.3] a device that is taken off the list before phase 3 gets nothing', async () => {
  const device = makeDevice(listing)
  await writeFile(list, String(device.attributes['UDID']))
  const signer = await obtainIdentity(listing, device, { key })
  await writeFile(list, '')

  const answer = await postPhase3(listing, device, { signer })
  assert.equal(refusalOf(answer), '403 device_not_listed')
  await assertEnded(listing, 'phase3_refused', 'device_not_listed')
})

test('[mission P1.5] a list that cannot be read lets nobody in, and ends nothing', async () => {
  const device = makeDevice(listing)
  await rm(list)

  assert.equal(await identify(listing, device), '503 device_list_unreadable')
  const { state, steps } = await getEnrollment(listing)
  assert.equal(state, 'offered')
  assert.equal(steps.at(-1)?.detail['reason'], 'device_list_unreadable')
})

test('[mission P3.2] an old system is refused before anything is issued', async () => {
  for (const VERSION of ['22A380', '23A341', '7A341', '20Z9999']) {
    assert.equal(await identify(minimum, makeDevice(minimum, { VERSION })), '403 os_too_old')
    await assertEnded(minimum, 'phase2_refused', 'os_too_old')
  }
})

test('[mission P3.2] the minimum itself, what is newer, and builds of the future pass', async () => {
  for (const VERSION of ['23B85', '23C55', '24A1', '99Z999']) {
    const device = makeDevice(minimum, { VERSION })
    const signer = await obtainIdentity(minimum, device, { key })

    assert.equal((await postPhase3(minimum, device, { signer })).status, 200)
  }
})

test('[mission P3.2] the system is looked at again before delivery', async () => {
  const device = makeDevice(minimum)
  const signer = await obtainIdentity(minimum, device, { key })

  const answer = await postPhase3(minimum, device, { signer, changes: { VERSION: '22A380' } })
  assert.equal(refusalOf(answer), '403 os_too_old')
  await assertEnded(minimum, 'phase3_refused', 'os_too_old')
  const again = await postPhase3(minimum, device, { signer })
  assert.equal(refusalOf(again), '403 enrollment_state')
})

test('[mission P3.2] who does not say what it runs is refused; other platforms have their own minimum', async () => {
  const cases = [
    [{ VERSION: undefined }, '403 os_unknown'],
    [{ VERSION: 'iOS 26' }, '403 os_too_old'],
    [{ PRODUCT: undefined }, '403 os_unknown'],
    [{ PRODUCT: 'Toaster1,1' }, '403 os_unknown'],
    [{ PRODUCT: 'iPad13,1', VERSION: '22A380' }, '403 os_too_old'],
    [{ PRODUCT: 'MacBookPro18,1', VERSION: '21A559' }, 'ok'],
  ] as const
  for (const [attributes, result] of cases) {
    assert.equal(await identify(minimum, makeDevice(minimum, attributes)), result)
  }
})
