import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ServiceError } from '../../src/errors.ts'
import type { EnrollmentId } from '../../src/model/index.ts'
import { verifySignedData } from '../../src/protocol/cms/index.ts'
import { expectDict, formatPlist, parsePlist } from '../../src/protocol/plist/index.ts'
import { OWNER } from '../../src/service/journal/index.ts'
import { makeKey } from '../codec/holder.ts'
import {
  makeDevice,
  obtainIdentity,
  openPayloads,
  openProfile,
  postPhase3,
  type TestDevice,
} from '../device.ts'
import { ACCOUNT, type TestServer } from '../harness.ts'
import { callApi, getEnrollment, listEnrollments, readJson } from '../operator.ts'
import { request } from '../request.ts'
import { testOnServers } from '../speak.ts'

const key = makeKey('rsa-2048')
const ORIGIN = { remoteAddress: '192.0.2.7', userAgent: null }

/** `VERSION DEVICES` of each version, the current one marked. */
const versionsOf = async (server: TestServer): Promise<readonly string[]> => {
  interface Held {
    readonly version: string | null
    readonly devices: number
    readonly isCurrent: boolean
  }
  const { data } = readJson<{ data: Held[] }>(await callApi(server, '/profile-versions'))
  return data
    .map(({ version, devices, isCurrent }) => `${version} ${devices}${isCurrent ? ' *' : ''}`)
    .toSorted()
}

const outdatedOf = async (server: TestServer): Promise<readonly string[]> =>
  readJson<{ data: { id: string }[] }>(await callApi(server, '/outdated-devices')).data.map(
    ({ id }) => id,
  )

const templateOf = (server: TestServer): string => join(server.data, 'profile.mobileconfig')

const hashOf = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex')

/** Gives the template another name, and its file another time. */
const changeTemplate = async (server: TestServer): Promise<void> => {
  const template = expectDict(parsePlist(await readFile(templateOf(server))))
  const changed = new Map([...template, ['PayloadDisplayName', 'The second version']] as const)
  await writeFile(templateOf(server), formatPlist(changed))
}

/** Brings a device to its configuration. */
const configure = async (server: TestServer, device: TestDevice) => {
  const signer = await obtainIdentity(server, device, { key })
  const { status, body } = await postPhase3(server, device, { signer })
  assert.equal(status, 200, body.toString())
  const [newest] = await listEnrollments(server)
  return { id: newest?.id as EnrollmentId, signer, profile: body }
}

/** The cookie of an account holder who looks after their devices. */
const signInToMe = async (server: TestServer, name: string) => {
  const { headers } = await request(server, '/me/sign-in', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
    },
    body: new URLSearchParams({ name, password: ACCOUNT.password }).toString(),
  })
  return { cookie: headers['set-cookie']?.[0]?.split(';')[0] ?? assert.fail('no cookie') }
}

const signerOf = (profile: Uint8Array): string =>
  Buffer.from(
    verifySignedData(profile, { signedAttributes: 'required', hashes: ['sha256'] }).signer.bytes,
  ).toString('hex')

testOnServers(
  '[mission A2] an update keeps the PayloadIdentifier, is signed by the same identity, and only the device can read it',
  async (server) => {
    const { id, signer, profile } = await configure(server, makeDevice(server))
    await changeTemplate(server)
    const update = Buffer.from(await server.app.core.services.enrollment.update(id, ORIGIN))
    const [before, after] = [openProfile(profile), openProfile(update)]
    assert.equal(after.get('PayloadDisplayName'), 'The second version')
    for (const name of ['PayloadIdentifier', 'PayloadUUID', 'PayloadOrganization']) {
      assert.equal(after.get(name), before.get(name), name)
    }
    assert.equal(signerOf(update), signerOf(profile))
    const types = (bytes: Buffer) =>
      openPayloads(bytes, signer).map((payload) => payload.get('PayloadType'))
    assert.deepEqual(types(update), types(profile))
    assert.throws(() => openPayloads(update, { ...signer, key: makeKey('rsa-2048') }))
    const { state, steps } = await getEnrollment(server, id)
    assert.equal(state, 'configured')
    assert.equal(steps.at(-1)?.code, 'update_sent')
    assert.equal(steps.at(-1)?.remoteAddress, ORIGIN.remoteAddress)
  },
)

testOnServers(
  '[mission A2] who has which version of the final profile is visible, and counts each device once',
  async (server) => {
    const device = makeDevice(server)
    const older = await configure(server, device)
    const newer = await configure(server, device)
    const other = await configure(server, makeDevice(server))
    const first = await hashOf(templateOf(server))
    assert.deepEqual(await versionsOf(server), [`${first} 2 *`])
    assert.deepEqual(await outdatedOf(server), [])

    await changeTemplate(server)
    const second = await hashOf(templateOf(server))
    assert.notEqual(second, first)
    assert.deepEqual(await outdatedOf(server), [newer.id, other.id])
    assert.ok(!(await outdatedOf(server)).includes(older.id))

    await server.app.core.services.enrollment.update(newer.id, ORIGIN)
    assert.deepEqual(await outdatedOf(server), [other.id])
    assert.deepEqual(await versionsOf(server), [`${first} 1`, `${second} 1 *`].toSorted())
    // A device that comes back by itself is up to date as well.
    const again = await configure(server, makeDevice(server))
    assert.deepEqual(await outdatedOf(server), [other.id])
    assert.notEqual(again.id, other.id)
  },
)

testOnServers(
  '[mission A2] an account holder gets the update of a device by the portal, and nobody that of another',
  async (server) => {
    const { accounts } = server.app.core.services
    await accounts.add({ ...ACCOUNT, name: 'otto' })
    const { id, signer, profile } = await configure(server, makeDevice(server))
    await changeTemplate(server)
    const { device } = await getEnrollment(server, id)
    const path = `/me/devices/${device?.id}/profile`
    const get = async (to: string, name: string) => {
      const { cookie } = await signInToMe(server, name)
      return await request(server, to, { headers: { cookie } })
    }
    assert.equal((await request(server, path)).status, 403)
    assert.equal((await get(path, 'otto')).status, 404)
    assert.deepEqual(await outdatedOf(server), [id])
    assert.ok((await get('/me', 'anna')).body.includes(`href="${path}"`))
    const update = await get(path, 'anna')
    assert.equal(update.status, 200)
    assert.equal(update.headers['content-type'], 'application/x-apple-aspen-config')
    assert.equal(openProfile(update.body).get('PayloadDisplayName'), 'The second version')
    assert.equal(signerOf(update.body), signerOf(profile))
    assert.ok(openPayloads(update.body, signer).length > 0)
    assert.deepEqual(await outdatedOf(server), [])
  },
)

testOnServers('an update is refused where phase 3 would be', async (server) => {
  const { enrollment, accounts } = server.app.core.services
  const refusal = async (id: EnrollmentId): Promise<string> => {
    const error = await enrollment.update(id, ORIGIN).catch((reason: unknown) => reason)
    assert.ok(error instanceof ServiceError, String(error))
    return error.code
  }
  const device = makeDevice(server)
  await obtainIdentity(server, device, { key })
  const [certified] = await listEnrollments(server)
  assert.equal(await refusal(certified?.id as EnrollmentId), 'enrollment_state')
  const { id } = await configure(server, makeDevice(server))
  await accounts.disable('anna')
  assert.equal(await refusal(id), 'account_disabled')
  await changeTemplate(server)
  assert.deepEqual(await outdatedOf(server), [])
  await accounts.enable('anna', { by: OWNER })
  server.clock.advance(400 * 86_400_000)
  assert.equal(await refusal(id), 'certificate_expired')
})

testOnServers('one update asked for twice at once is sent twice', async (server) => {
  const { id } = await configure(server, makeDevice(server))
  const { enrollment } = server.app.core.services
  const updates = await Promise.all([enrollment.update(id, ORIGIN), enrollment.update(id, ORIGIN)])
  assert.equal(updates.length, 2)
  const { steps } = await getEnrollment(server, id)
  assert.equal(steps.filter(({ code }) => code === 'update_sent').length, 2)
})
