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
import type { Peer } from './exchange.ts'
import type { RsaKey } from './key.ts'
import { certify, makeRequest, sayAttributes } from './message.ts'

/** Where a server under test answers: everything, and SCEP alone. */
export interface Peers {
  readonly main: Peer
  readonly scep: Peer
}

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
export const identify = async ({ main }: Peers, phone: Phone): Promise<Instruction> => {
  const cookie = (await main.send({ method: 'GET', path: '/bench/sign-in' })).toString()
  const headers = { cookie }
  const service = readProfile(await main.send({ method: 'GET', path: '/enroll/profile', headers }))
  const body = await sayAttributes(phone.identity, {
    ...phone.attributes,
    CHALLENGE: readText(getDict(service, 'PayloadContent'), 'Challenge'),
  })
  const profile = readProfile(await main.send({ method: 'POST', path: '/profile', body }))
  const [payload = new Map()] = getArray(profile, 'PayloadContent') ?? []
  const content = getDict(expectDict(payload), 'PayloadContent')
  return { challenge: readText(content, 'Challenge'), name: readText(content, 'Name') }
}

/** One whole enrollment: phases 1 and 2, SCEP with its questions, phase 3. */
export const enroll = async (peers: Peers, phone: Phone, responder: Certificate): Promise<void> => {
  const instruction = await identify(peers, phone)
  for (const operation of ['GetCACert', 'GetCACaps']) {
    const path = `/scep?operation=${operation}&message=${instruction.name}`
    await peers.scep.send({ method: 'GET', path })
  }
  const { challenge } = instruction
  const { key } = phone
  const { pending, signer } = await makeRequest(key, { challenge, recipient: responder })
  const answer = await peers.scep.send(pkiOperation(pending.bytes))
  const recipient = { certificate: signer, decrypter: key.decrypter }
  const reply = openReply(answer, { pending, signer: responder, recipient })
  if (reply.kind !== 'success') throw new Error(`SCEP: ${reply.kind}`)
  const [certificate] = reply.certificates
  if (certificate === undefined) throw new Error('SCEP: no certificate')
  const identity = { certificate, chain: [], signer: key.signer }
  const body = await sayAttributes(identity, phone.attributes)
  const final = readProfile(await peers.main.send({ method: 'POST', path: '/profile', body }))
  if (!final.has('EncryptedPayloadContent')) throw new Error('phase 3: not encrypted')
}

export const pkiOperation = (body: Uint8Array) =>
  ({ method: 'POST', path: '/scep?operation=PKIOperation', body }) as const

const readProfile = (answer: Uint8Array): PlistDict =>
  expectDict(parsePlist(decodeSignedData(answer).content ?? new Uint8Array()))

const readText = (dict: PlistDict | undefined, key: string): string => {
  const text = dict && getString(dict, key)
  if (text === undefined) throw new Error(`the profile has no ${key}`)
  return text
}
