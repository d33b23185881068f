import { randomBytes } from 'node:crypto'
import type { Certificate } from '../../src/protocol/x509/index.ts'
import type { Holder } from '../codec/holder.ts'
import type { Answer } from '../request.ts'
import type { Cast, KeyName } from './cast.ts'
import {
  DAMAGED,
  FAULTY,
  pkiOperation,
  profileMessage,
  profileReader,
  readOffer,
  readPageOutcome,
  readProfileOutcome,
  readRequestAnswer,
  requestMessage,
} from './message.ts'
import type { ChallengeChoice, Move, SignerChoice, Slot, Twist } from './move.ts'
import {
  type Challenge,
  GRANTED,
  type Journey,
  judgeDownload,
  judgeProfile,
  judgeRequest,
  type Model,
  nextMessage,
  type Said,
  STATIC_CHALLENGE,
  type Verdict,
} from './oracle.ts'
import type { Sent, Stage } from './stage.ts'

/** Something sent, which can be sent again. */
export interface Message {
  readonly sent: Sent
  /** The outcome of an answer, as the model names it. */
  readonly read: (answer: Answer) => string
  readonly judge: () => Verdict
}

/** Where a message is made: which enrollment it is for, and which one lies beside it. */
export interface Place {
  readonly stage: Stage
  readonly cast: Cast
  readonly model: Model
  readonly slot: Slot
  readonly journey: Journey
  readonly neighbour: Journey
}

/** The honest message of a move, but for what is twisted. */
export const compose = async (
  place: Place,
  move: Extract<Move, { kind: 'ask' } | { twist: Twist }>,
): Promise<Message> => {
  const { model, journey, slot } = place
  if (move.kind === 'ask') return ask(journey, move.operation)
  const next = move.kind === 'next' ? nextMessage(model, journey) : { kind: move.kind, twist: {} }
  const twist = { ...next.twist, ...move.twist }
  switch (next.kind) {
    case 'download':
      return await download(place, twist)
    case 'identify': {
      const { signer = slot, udid = slot, serial = slot } = journey.bound ?? {}
      return profile(place, { signer, udid, serial, challenge: 'offered', ...twist })
    }
    case 'certify':
      return request(place, { challenge: 'identity', ...twist })
    case 'configure': {
      const { udid = slot, serial = slot } = journey.bound ?? {}
      return profile(place, { signer: 'identity', udid, serial, challenge: 'none', ...twist })
    }
    default:
      return next.kind satisfies never
  }
}

const ask = ({ id }: Journey, operation: string): Message => ({
  sent: { path: `/scep?operation=${operation}&message=${id}` },
  read: readProfileOutcome,
  judge: () => ({ outcome: GRANTED }),
})

const download = async (
  { stage, model, journey, neighbour }: Place,
  { session }: Twist,
): Promise<Message> => {
  const { access } = stage.server.app.core.services
  const owner = session === undefined ? journey : session === 'neighbour' ? neighbour : undefined
  const secret =
    session === 'link' ? (await access.createLink('*')).secret : (owner?.session.secret ?? 'x')
  const headers = session === 'none' ? {} : { cookie: `__Host-windfall-enroll=${secret}` }
  return {
    sent: { path: '/enroll/profile', headers },
    read: readPageOutcome,
    judge: () => judgeDownload(model, owner, readOffer),
  }
}

const profile = (
  place: Place,
  twist: Twist & Required<Pick<Twist, 'signer' | 'udid' | 'serial' | 'challenge'>>,
): Message => {
  const { cast, model } = place
  const { damage, udid, serial, isOld = false, isBare = false } = twist
  const { holder, said } = findSigner(place, twist.signer)
  const secret = findSecret(place, twist.challenge, 'offered')
  const attributes = {
    ...cast.devices[udid].attributes,
    SERIAL: cast.devices[serial].attributes['SERIAL'],
  }
  return {
    sent: profileMessage(cast, { attributes, signer: holder, secret, isOld, isBare, damage }),
    read: readProfileOutcome,
    judge: () =>
      damage === undefined
        ? judgeProfile(model, { signer: said, udid, serial, secret, isOld }, profileReader)
        : { outcome: DAMAGED[damage].profile },
  }
}

const findSigner = (
  { cast, journey }: Place,
  choice: SignerChoice,
): { readonly holder: Holder; readonly said: Said['signer'] } => {
  const foreign = { holder: cast.stranger, said: { kind: 'foreign' } } as const
  switch (choice) {
    case 'identity': {
      const holder = journey.identity?.issued?.holder
      return holder ? { holder, said: { kind: 'identity', journey, holder } } : foreign
    }
    case 'service': {
      const holder = journey.service.findLast(({ issued }) => issued)?.issued?.holder
      return holder ? { holder, said: { kind: 'other-purpose' } } : foreign
    }
    case 'static':
      return { holder: cast.client, said: { kind: 'other-purpose' } }
    case 'stranger':
      return foreign
    case 'forger':
      return { ...foreign, holder: cast.forger }
    default:
      return { holder: cast.devices[choice].identity, said: { kind: 'device', index: choice } }
  }
}

const UNKNOWN = randomBytes(32).toString('base64url')

/** The challenge that a message carries; `own` is what a neighbour would put there. */
const findSecret = (
  { journey, neighbour }: Pick<Place, 'journey' | 'neighbour'>,
  choice: ChallengeChoice,
  own: 'offered' | 'identity',
): string | undefined => {
  const known = (challenge: Challenge | undefined): string => challenge?.secret ?? UNKNOWN
  switch (choice) {
    case 'offered':
      return known(journey.offered.at(-1))
    case 'earlier':
      return known(journey.offered.at(-2))
    case 'identity':
      return known(journey.identity)
    case 'service':
      return known(journey.service.at(-1))
    case 'neighbour':
      return known(own === 'offered' ? neighbour.offered.at(-1) : neighbour.identity)
    case 'static':
      return STATIC_CHALLENGE
    case 'unknown':
      return UNKNOWN
    case 'empty':
      return ''
    case 'none':
      return undefined
    default:
      return choice satisfies never
  }
}

const KEY_OF_SLOT: Readonly<Record<Slot, KeyName>> = { 0: 'first', 1: 'second', 2: 'first' }

const request = (place: Place, twist: Twist & Required<Pick<Twist, 'challenge'>>): Message => {
  const { stage, cast, model, journey, slot } = place
  const { damage, fault, byGet = false } = twist
  const spent = twist.challenge === 'service' ? journey.service.at(-1) : journey.identity
  const key = twist.key ?? spent?.issued?.key ?? KEY_OF_SLOT[slot]
  const signer = twist.messageSigner ?? key
  const secret = findSecret(place, twist.challenge, 'identity')
  const pending = requestMessage(stage, cast, { key, signer, secret, fault, damage })
  const certificates = new WeakMap<Answer, Certificate>()
  const read = (answer: Answer): string => {
    const { outcome, certificate } = readRequestAnswer(pending, answer)
    if (certificate !== undefined) certificates.set(answer, certificate)
    return outcome
  }
  const issued = (answer: Answer): Holder => {
    const certificate = certificates.get(answer)
    if (certificate === undefined) throw new Error('an answer without a certificate')
    return { ...cast.keys[key], certificate }
  }
  const judge = (): Verdict => {
    if (damage !== undefined) return { outcome: DAMAGED[damage].scep }
    if (fault !== undefined) return { outcome: FAULTY[fault] }
    return judgeRequest(model, { key, signer, secret }, issued)
  }
  return { sent: pkiOperation(pending, byGet), read, judge }
}
