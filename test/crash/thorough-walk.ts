import assert from 'node:assert/strict'
import type { KeyObject } from 'node:crypto'
import { refusalOf } from '../device.ts'
import { readReply } from '../scep-client.ts'
import {
  ask,
  certify,
  configure,
  type Entry,
  fetchChallenge,
  identify,
  persist,
  postProfile,
  postRequest,
  type Site,
} from './honest-device.ts'

/** What the walk needs beside the device. */
export interface Company {
  /** A device that is not on the list. */
  readonly stranger: Entry
  readonly strangerKey: KeyObject
  /** RSA-1024, which is refused. */
  readonly weakKey: KeyObject
  readonly staticChallenge: string
  /** What an identity gets that was configured before. */
  readonly returning: 'profile' | 'redirect'
}

/**
 * An honest enrollment with everything in between that a server answers: each message twice, and messages that are
 * refused. Each is sent until it is answered, and each answer is what it would be if nothing had ever gone wrong.
 */
export const walkThoroughly = async (site: Site, entry: Entry, company: Company): Promise<void> => {
  const { strangerKey } = company
  await walkToRefusal(site, company)
  const offered = await fetchChallenge(site, entry)
  await look(site, entry)
  await refuseProfile(site, entry, { changes: { CHALLENGE: 'unknown' } }, 'challenge_unknown')
  const identity = await identify(site, entry, offered)
  await identify(site, entry, offered)
  await ask(site, entry)
  await look(site, entry)
  const { challenge } = identity
  await refuseRequest(site, { key: company.weakKey, challenge }, 'badAlg')
  const holder = await certify(site, entry.key, identity)
  await certify(site, entry.key, identity)
  await refuseRequest(site, { key: strangerKey, challenge }, 'badRequest')
  const other = { signer: holder, changes: { UDID: 'another' } }
  await refuseProfile(site, entry, other, 'device_mismatch')
  const service = await configure(site, entry, holder)
  await certify(site, entry.key, service)
  await certify(site, entry.key, service)
  await refuseRequest(site, { key: strangerKey, challenge: service.challenge }, 'badRequest')
  await walkAside(site, company)
  if (company.returning === 'profile') return
  const { status } = await postProfile(site, entry, { signer: holder })
  assert.equal(status, 301)
}

/** What has nothing to do with an enrollment. */
const walkAside = async (
  site: Site,
  { strangerKey: key, staticChallenge }: Company,
): Promise<void> => {
  assert.equal((await persist(site, '/scep?operation=Other')).status, 400)
  await refuseRequest(site, { key, challenge: 'unknown' }, 'badRequest')
  const { pending, answer } = await postRequest(site, { key, challenge: staticChallenge })
  assert.equal(readReply(pending, answer).kind, 'success')
}

/** The enrollment of a device that is not on the list: it ends, and stays so. */
const walkToRefusal = async (site: Site, { stranger }: Company): Promise<void> => {
  const changes = { CHALLENGE: await fetchChallenge(site, stranger) }
  const answer = await postProfile(site, stranger, { changes })
  // Whoever did not see the first answer is told that the enrollment is over.
  assert.match(refusalOf(answer), /^403 (device_not_listed|enrollment_state)$/)
}

/** The page that shows the account holder how to go on. */
const look = async (site: Site, { session = '' }: Entry): Promise<void> => {
  const answer = await persist(site, '/enroll/ready', () => ({ headers: { cookie: session } }))
  assert.equal(answer.status, 200)
}

const refuseProfile = async (
  site: Site,
  entry: Entry,
  message: Parameters<typeof postProfile>[2],
  code: string,
): Promise<void> => {
  assert.equal(refusalOf(await postProfile(site, entry, message)), `403 ${code}`)
}

const refuseRequest = async (
  site: Site,
  options: Parameters<typeof postRequest>[1],
  failInfo: string,
): Promise<void> => {
  const { pending, answer } = await postRequest(site, options)
  const reply = readReply(pending, answer)
  assert.equal(reply.kind === 'failure' && reply.failInfo, failInfo)
}

/** An enrollment whose every message is sent many times at once. All of them get the same. */
export const walkInCrowds = async (site: Site, entry: Entry): Promise<void> => {
  const offered = await fetchChallenge(site, entry)
  await inCrowd(() => identify(site, entry, offered))
  await inCrowd(() => ask(site, entry))
  const { identity } = entry
  assert(identity !== undefined)
  const holder = await inCrowd(() => certify(site, entry.key, identity))
  const service = await inCrowd(() => configure(site, entry, holder))
  entry.service = service
  await inCrowd(() => certify(site, entry.key, service))
}

const CROWD = 6

const inCrowd = async <T>(act: () => Promise<T>): Promise<T> => {
  const [first] = await Promise.all([act(), ...Array.from({ length: CROWD - 1 }, act)])
  return first
}
