import assert from 'node:assert/strict'
import type { KeyObject } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { getDict, getString, type PlistDict } from '../../src/protocol/plist/index.ts'
import type { Certificate } from '../../src/protocol/x509/index.ts'
import type { DeviceAuthority } from '../../src/sim/index.ts'
import type { Holder } from '../codec/holder.ts'
import {
  makeDevice,
  openPayloads,
  openProfile,
  type ProfileRequestOptions,
  profileRequest,
  refusalOf,
  scepPayloadOf,
  type TestDevice,
} from '../device.ts'
import { type Answer, type RequestOptions, request } from '../request.ts'
import { issuedTo, type PkcsReqOptions, pkcsReq, type TestRequest } from '../scep-client.ts'

/** What devices meet: servers that come and go, of which any may answer. */
export interface Site {
  /** Where a message goes: to the first of them, and when no answer comes, to the next one. */
  route(): readonly string[]
  /** Resolves when it is worth trying again. */
  recovered(): Promise<void>
  /** What GetCACert answers. */
  readonly ca: readonly Certificate[]
  /** How long a device waits for an answer, in milliseconds. */
  readonly patience: number
  readonly tally: Tally
}

export interface Tally {
  answers: number
  /** Exchanges whose end the device never saw: it does not know what became of its message. */
  lost: number
  /** Answers 503, and how often two exchanges in a row failed. */
  unavailable: number
  failedTwice: number
}

export const newTally = (): Tally => ({ answers: 0, lost: 0, unavailable: 0, failedTwice: 0 })

/** A challenge of SCEP, and the certificate that it brought. */
export interface Grant {
  readonly challenge: string
  certificate?: Certificate
}

/** What a device was told and may rely on: written when the answer is there. */
export interface Entry {
  readonly device: TestDevice
  readonly key: KeyObject
  session?: string
  /** The enrollment's id, which phase 2 tells as the CA identifier. */
  enrollment?: string
  /** What phase 3 is signed with. */
  identity?: Grant
  isConfigured: boolean
  /** What the configuration asks for. */
  service?: Grant
}

export const newEntry = (authority: DeviceAuthority, key: KeyObject): Entry => ({
  device: makeDevice({ authority }),
  key,
  isConfigured: false,
})

/** More than any honest device needs; one that needs more is stuck. */
const TRIES = 40
const PAUSE_MS = 5
/** After 503, whose Retry-After is for people's patience. */
const LONG_PAUSE_MS = 100

/** Sends what `build` makes, anew for every try, until there is an answer. */
export const persist = async (
  site: Site,
  path: string,
  build: () => Omit<RequestOptions, 'signal'> = () => ({}),
): Promise<Answer> => {
  const route = site.route()
  for (let tries = 1; tries <= TRIES; tries++) {
    const url = route[(tries - 1) % route.length] ?? ''
    const signal = AbortSignal.timeout(site.patience)
    try {
      const answer = await request({ url, roots: [] }, path, { ...build(), signal })
      site.tally.answers += 1
      if (answer.status !== 503) return answer
      site.tally.unavailable += 1
      await setTimeout(LONG_PAUSE_MS)
    } catch (error) {
      if (!isLoss(error)) throw error
      site.tally.lost += 1
    }
    if (tries === 2) site.tally.failedTwice += 1
    await setTimeout(PAUSE_MS)
    await site.recovered()
  }
  throw new Error(`stuck: no answer from ${path}`)
}

const isLoss = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'AbortError' ||
    ('code' in error && /^(ECONNRESET|ECONNREFUSED|EPIPE)$/.test(String(error.code))))

const good = (answer: Answer): Buffer => {
  assert.equal(answer.status, 200, refusalOf(answer))
  return answer.body
}

/** Phase 1, by whoever holds the device. */
export const fetchChallenge = async (site: Site, entry: Entry): Promise<string> => {
  entry.session ??= good(await persist(site, '/sign-in')).toString()
  const headers = { cookie: entry.session }
  const profile = good(await persist(site, '/enroll/profile', () => ({ headers })))
  return readText(getDict(openProfile(profile), 'PayloadContent'), 'Challenge')
}

/** A message of phase 2 or 3, signed anew for every try. */
export const postProfile = (
  site: Site,
  { device }: Entry,
  options: ProfileRequestOptions,
): Promise<Answer> =>
  persist(site, '/profile', () => ({ method: 'POST', body: profileRequest(device, options) }))

/** Phase 2. Whoever asks again gets the challenge of the first answer. */
export const identify = async (site: Site, entry: Entry, challenge: string): Promise<Grant> => {
  const body = good(await postProfile(site, entry, { changes: { CHALLENGE: challenge } }))
  const payload = scepPayloadOf(body)
  const told = readText(payload, 'Challenge')
  entry.enrollment = readText(payload, 'Name')
  entry.identity ??= { challenge: told }
  assert.equal(told, entry.identity.challenge)
  return entry.identity
}

const readText = (dict: PlistDict | undefined, key: string): string => {
  const text = dict && getString(dict, key)
  assert(text !== undefined, `${key} is missing`)
  return text
}

/** GetCACert and GetCACaps, as the enrollment's own. */
export const ask = async (site: Site, { enrollment }: Entry): Promise<void> => {
  for (const operation of ['GetCACert', 'GetCACaps']) {
    good(await persist(site, `/scep?operation=${operation}&message=${enrollment}`))
  }
}

export const PKI_OPERATION = '/scep?operation=PKIOperation'

/** A PKIOperation, with a new message for every try: the answer, and what it answers. */
export const postRequest = async (
  site: Site,
  options: Omit<PkcsReqOptions, 'caCertificates'>,
): Promise<{ readonly pending: TestRequest; readonly answer: Answer }> => {
  const build = () => pkcsReq({ ...options, caCertificates: site.ca })
  let pending = build()
  const answer = await persist(site, PKI_OPERATION, () => {
    pending = build()
    return { method: 'POST', body: pending.bytes }
  })
  return { pending, answer }
}

/** Asks for the certificate of a challenge. Whoever asks again gets the same one. */
export const certify = async (site: Site, key: KeyObject, grant: Grant): Promise<Holder> => {
  const { pending, answer } = await postRequest(site, { key, challenge: grant.challenge })
  good(answer)
  const holder = issuedTo(pending, answer)
  if (grant.certificate !== undefined) {
    assert.deepEqual(holder.certificate.bytes, grant.certificate.bytes)
  }
  grant.certificate = holder.certificate
  return holder
}

/** Phase 3, and the challenge in the configuration. */
export const configure = async (site: Site, entry: Entry, signer: Holder): Promise<Grant> => {
  const payloads = openPayloads(good(await postProfile(site, entry, { signer })), signer)
  const scep = payloads.find((each) => each.get('PayloadType') === 'com.apple.security.scep')
  entry.isConfigured = true
  entry.service = { challenge: readText(scep && getDict(scep, 'PayloadContent'), 'Challenge') }
  return entry.service
}

/** The whole way, with every message sent until it is answered. */
export const enrollHonestly = async (site: Site, entry: Entry): Promise<void> => {
  const identity = await identify(site, entry, await fetchChallenge(site, entry))
  await ask(site, entry)
  const service = await configure(site, entry, await certify(site, entry.key, identity))
  await certify(site, entry.key, service)
}
