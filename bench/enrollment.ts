import { randomBytes } from 'node:crypto'
import { decodeSignedData, type Identity } from '../src/protocol/cms/index.ts'
import {
  expectDict,
  getArray,
  getDict,
  getString,
  type PlistDict,
  parsePlist,
} from '../src/protocol/plist/index.ts'
import { openReply } from '../src/protocol/scep/index.ts'
import type { Certificate } from '../src/protocol/x509/index.ts'
import type { Exchange, Peer } from './exchange.ts'
import type { RsaKey } from './key.ts'
import { certify, makeRequest, sayAttributes } from './message.ts'

/** Where a server under test answers: everything, the sign-in without a password, and SCEP alone. */
export interface Peers {
  readonly main: Peer
  readonly door: Peer
  readonly scep: Peer
}

/** What a phone sends without a pause, one message after another. */
type Leg = readonly (Exchange & { readonly to: keyof Peers })[]

/** Yields what to send next, made beforehand; is given the answers, which it reads. */
type Legs<Result> = AsyncGenerator<Leg, Result, readonly Buffer[]>

/** A phone before its enrollment. */
export interface Phone {
  readonly identity: Identity
  readonly attributes: Readonly<Record<string, string>>
  /** The key that it makes for SCEP, made beforehand. */
  readonly key: RsaKey
}

/** A phone with an identity of the device CA, and with a key for SCEP. */
export const makePhone = async (
  keys: Generator<RsaKey, never>,
  authority: Identity,
): Promise<Phone> => {
  const born = keys.next().value
  const certificate = await certify(born, authority)
  const chip = randomBytes(8).toString('hex').toUpperCase()
  return {
    identity: { certificate, chain: [authority.certificate], signer: born.signer },
    attributes: {
      UDID: `00008120-${chip}`,
      SERIAL: chip.slice(0, 10),
      PRODUCT: 'iPhone15,2',
      VERSION: '23B85',
      IMEI: '350000000000006',
    },
    key: keys.next().value,
  }
}

/** What phase 2 tells a device to do. */
export interface Instruction {
  readonly challenge: string
  /** The CA identifier. */
  readonly name: string
}

/** Phases 1 and 2: sign-in (without the password), Profile Service profile, device attributes. */
export async function* identify(phone: Phone): Legs<Instruction> {
  const [cookie] = yield [{ to: 'door', method: 'GET', path: '/' }]
  const headers = { cookie: String(cookie) }
  const [offer] = yield [{ to: 'main', method: 'GET', path: '/enroll/profile', headers }]
  const body = await sayAttributes(phone.identity, {
    ...phone.attributes,
    CHALLENGE: readText(getDict(readProfile(offer), 'PayloadContent'), 'Challenge'),
  })
  const [answer] = yield [{ to: 'main', method: 'POST', path: '/profile', body }]
  const [payload = new Map()] = getArray(readProfile(answer), 'PayloadContent') ?? []
  const content = getDict(expectDict(payload), 'PayloadContent')
  return { challenge: readText(content, 'Challenge'), name: readText(content, 'Name') }
}

/** One whole enrollment: phases 1 and 2, SCEP with its questions, phase 3. */
export async function* enroll(phone: Phone, responder: Certificate): Legs<void> {
  const { challenge, name } = yield* identify(phone)
  const { key } = phone
  const { pending, signer } = await makeRequest(key, { challenge, recipient: responder })
  const [, , certRep = new Uint8Array()] = yield [
    { to: 'scep', method: 'GET', path: `/scep?operation=GetCACert&message=${name}` },
    { to: 'scep', method: 'GET', path: `/scep?operation=GetCACaps&message=${name}` },
    { to: 'scep', ...pkiOperation(pending.bytes) },
  ]
  const recipient = { certificate: signer, decrypter: key.decrypter }
  const reply = openReply(certRep, { pending, signer: responder, recipient })
  if (reply.kind !== 'success') throw new Error(`SCEP: ${reply.kind}`)
  const [certificate] = reply.certificates
  if (certificate === undefined) throw new Error('SCEP: no certificate')
  const identity = { certificate, chain: [], signer: key.signer }
  const body = await sayAttributes(identity, phone.attributes)
  const [final] = yield [{ to: 'main', method: 'POST', path: '/profile', body }]
  if (!readProfile(final).has('EncryptedPayloadContent')) throw new Error('phase 3: not encrypted')
}

/** How many legs an enrollment has. */
export const LEGS = 5

/** A phone under way: what it is about to send, or has sent. */
export class Journey<Result> {
  readonly #legs: Legs<Result>
  #leg: Leg = []
  #answers: readonly Buffer[] = []

  constructor(legs: Legs<Result>) {
    this.#legs = legs
  }

  /** Reads the answers and makes the next leg; what the journey has brought, if that was the last one. */
  async prepare(): Promise<{ readonly result: Result } | undefined> {
    const { done, value } = await this.#legs.next(this.#answers)
    if (done) return { result: value }
    this.#leg = value
    return undefined
  }

  async send(peers: Peers): Promise<void> {
    const answers: Buffer[] = []
    for (const { to, ...exchange } of this.#leg) answers.push(await peers[to].send(exchange))
    this.#answers = answers
  }
}

export const pkiOperation = (body: Uint8Array) =>
  ({ method: 'POST', path: '/scep?operation=PKIOperation', body }) as const

const readProfile = (answer: Uint8Array = new Uint8Array()): PlistDict =>
  expectDict(parsePlist(decodeSignedData(answer).content ?? new Uint8Array()))

const readText = (dict: PlistDict | undefined, key: string): string => {
  const text = dict && getString(dict, key)
  if (text === undefined) throw new Error(`the profile has no ${key}`)
  return text
}
