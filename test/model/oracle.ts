import type { AccountId, EnrollmentId, EnrollmentState } from '../../src/model/index.ts'
import type { Holder } from '../codec/holder.ts'
import type { Answer } from '../request.ts'
import type { KeyName } from './cast.ts'
import type { Slot, Twist } from './move.ts'

export const MINUTE = 60_000
/** Minutes that a sign-in, a challenge of phase 1 and what follows it may take, and one of SCEP. */
const PATIENCE = { phases: 60, scep: 15 } as const
/** What the servers of the model are configured with. */
export const STATIC_CHALLENGE = 'many times usable'

/** One enrollment, as it must be on the server. */
export interface Journey {
  readonly id: EnrollmentId
  readonly account: AccountId
  readonly session: { readonly secret: string; readonly expiresAt: number }
  state: EnrollmentState
  expiresAt: number
  /** Of phase 1, oldest first. */
  readonly offered: Challenge[]
  /** What phase 2 bound: whose attributes, and the answer to it. */
  bound?: {
    readonly signer: Slot
    readonly udid: Slot
    readonly serial: Slot
    readonly digest: string
    readonly answer: Buffer
  }
  /** Of phase 2. */
  identity?: Challenge
  /** Of phase 3, oldest first. */
  readonly service: Challenge[]
}

export interface Challenge {
  readonly secret: string
  readonly purpose: 'profile-service' | 'ota' | 'service'
  readonly journey: Journey
  readonly expiresAt: number
  /** The key that it was spent with, and what that brought. */
  issued?: { readonly key: KeyName; readonly holder: Holder }
  isSpent?: true
}

export interface Model {
  readonly journeys: Journey[]
  readonly challenges: Map<string, Challenge>
  readonly disabled: Set<AccountId>
  now(): number
}

/** What an answer must come to, and what it teaches when it is no refusal. */
export interface Verdict {
  readonly outcome: string
  readonly learn?: (answer: Answer) => void
}

export const GRANTED = 'granted'

const refuse = (outcome: string): Verdict => ({ outcome })

/** The states that time ends. */
const EXPIRING = new Set<EnrollmentState>(['authenticated', 'offered', 'identified', 'certified'])
const OPEN_TO_PHASE_3 = new Set<EnrollmentState>(['certified', 'configured'])

const isAlive = (model: Model, challenge: Challenge | undefined): boolean =>
  challenge !== undefined && challenge.expiresAt > model.now()

/** Whether the enrollment can still be brought to its end: neither policy nor time has ended it. */
export const isOpen = (model: Model, { state, account, ...journey }: Journey): boolean => {
  if (model.disabled.has(account)) return false
  switch (state) {
    case 'authenticated':
    case 'offered':
      return (
        journey.session.expiresAt > model.now() ||
        journey.offered.some((challenge) => isAlive(model, challenge))
      )
    case 'identified':
      return isAlive(model, journey.identity)
    default:
      return OPEN_TO_PHASE_3.has(state)
  }
}

/** What an honest device sends now. */
export const nextMessage = (
  model: Model,
  { state, offered, service }: Journey,
): { readonly kind: 'download' | 'identify' | 'certify' | 'configure'; readonly twist: Twist } => {
  switch (state) {
    case 'authenticated':
    case 'offered':
      return { kind: isAlive(model, offered.at(-1)) ? 'identify' : 'download', twist: {} }
    case 'identified':
      return { kind: 'certify', twist: {} }
    case 'configured': {
      const isWanted = service.at(-1)?.issued === undefined
      return isWanted
        ? { kind: 'certify', twist: { challenge: 'service' } }
        : { kind: 'configure', twist: {} }
    }
    default:
      return { kind: 'configure', twist: {} }
  }
}

/** What the job does that ends enrollments. */
export const expire = (model: Model): void => {
  for (const journey of model.journeys) {
    if (EXPIRING.has(journey.state) && journey.expiresAt <= model.now()) journey.state = 'expired'
  }
}

const addChallenge = (
  model: Model,
  given: Pick<Challenge, 'secret' | 'purpose' | 'journey'>,
): Challenge => {
  const minutes = given.purpose === 'profile-service' ? PATIENCE.phases : PATIENCE.scep
  const challenge = { ...given, expiresAt: model.now() + minutes * MINUTE }
  model.challenges.set(given.secret, challenge)
  return challenge
}

/** Phase 1. `read` finds the challenge in the profile. */
export const judgeDownload = (
  model: Model,
  journey: Journey | undefined,
  read: (answer: Answer) => string,
): Verdict => {
  if (journey === undefined || journey.session.expiresAt <= model.now()) return refuse('403')
  if (journey.state !== 'authenticated' && journey.state !== 'offered') return refuse('409')
  const learn = (answer: Answer): void => {
    const secret = read(answer)
    const challenge = addChallenge(model, { secret, purpose: 'profile-service', journey })
    journey.offered.push(challenge)
    journey.state = 'offered'
    journey.expiresAt = challenge.expiresAt
  }
  return { outcome: GRANTED, learn }
}

/** A message to `/profile` whose signature is good. */
export interface Said {
  readonly signer:
    | { readonly kind: 'device'; readonly index: Slot }
    | { readonly kind: 'identity'; readonly journey: Journey; readonly holder: Holder }
    | { readonly kind: 'other-purpose' }
    | { readonly kind: 'foreign' }
  /** Whose UDID and serial number it says. */
  readonly udid: Slot
  readonly serial: Slot
  readonly secret: string | undefined
  readonly isOld: boolean
}

export interface ProfileReader {
  /** The challenge in the SCEP payload of phase 2. */
  identity(answer: Answer): string
  /** The challenge in the final profile, which must open with that identity. */
  service(answer: Answer, holder: Holder): string
}

/** Phases 2 and 3. */
export const judgeProfile = (model: Model, said: Said, read: ProfileReader): Verdict => {
  switch (said.signer.kind) {
    case 'foreign':
      return refuse('403 signer_untrusted')
    case 'other-purpose':
      return refuse('403 certificate_wrong_purpose')
    case 'device':
      return judgePhase2(model, { ...said, signer: said.signer.index }, read)
    case 'identity':
      return judgePhase3(model, said, { ...said.signer, read })
    default:
      return said.signer satisfies never
  }
}

const judgePhase2 = (
  model: Model,
  { signer, secret, udid, serial, isOld }: Omit<Said, 'signer'> & { readonly signer: Slot },
  read: ProfileReader,
): Verdict => {
  if (!secret) return refuse('403 challenge_missing')
  const challenge = model.challenges.get(secret)
  if (challenge?.purpose !== 'profile-service') return refuse('403 challenge_unknown')
  if (challenge.expiresAt <= model.now()) return refuse('403 challenge_expired')
  const { journey } = challenge
  const digest = JSON.stringify([signer, udid, serial, isOld, secret])
  if (challenge.isSpent) return judgeRepetition(journey, digest)
  if (journey.state !== 'offered') return refuse('403 enrollment_state')
  if (model.disabled.has(journey.account)) return refuse('403 account_disabled')
  if (isOld) return endByPolicy(journey)
  const learn = (answer: Answer): void => {
    challenge.isSpent = true
    const purpose = 'ota'
    journey.identity = addChallenge(model, { secret: read.identity(answer), purpose, journey })
    journey.bound = { signer, udid, serial, digest, answer: answer.body }
    journey.state = 'identified'
    journey.expiresAt = model.now() + PATIENCE.phases * MINUTE
  }
  return { outcome: GRANTED, learn }
}

const judgeRepetition = ({ state, bound }: Journey, digest: string): Verdict => {
  const isUnderWay = state === 'identified' || state === 'certified'
  if (bound?.digest !== digest || !isUnderWay) return refuse('403 challenge_spent')
  const learn = ({ body }: Answer): void => {
    if (!body.equals(bound.answer)) throw new Error('phase 2 was answered in two ways')
  }
  return { outcome: GRANTED, learn }
}

const endByPolicy = (journey: Journey): Verdict => ({
  outcome: '403 os_too_old',
  learn: () => {
    journey.state = 'refused'
  },
})

const judgePhase3 = (
  model: Model,
  { udid, serial, isOld }: Said,
  options: { readonly journey: Journey; readonly holder: Holder; readonly read: ProfileReader },
): Verdict => {
  const { journey, holder, read } = options
  const isBound = udid === journey.bound?.udid && serial === journey.bound.serial
  if (!isBound) return refuse('403 device_mismatch')
  if (!OPEN_TO_PHASE_3.has(journey.state)) return refuse('403 enrollment_state')
  if (model.disabled.has(journey.account)) return refuse('403 account_disabled')
  if (isOld) return endByPolicy(journey)
  const learn = (answer: Answer): void => {
    const secret = read.service(answer, holder)
    journey.service.push(addChallenge(model, { secret, purpose: 'service', journey }))
    journey.state = 'configured'
  }
  return { outcome: GRANTED, learn }
}

/** A PKCSReq whose signatures are good and whose envelope opens. */
export interface Asked {
  readonly key: KeyName
  /** Of the message, where it is another one. */
  readonly signer: KeyName
  readonly secret: string | undefined
}

const KEY_REFUSED = 'badAlg: the key is not accepted'
const IS_RSA_2048: Readonly<Record<KeyName, boolean>> = {
  first: true,
  second: true,
  small: false,
  curve: false,
}

/** PKIOperation. `read` takes the certificate out of the answer. */
export const judgeRequest = (
  model: Model,
  asked: Asked,
  read: (answer: Answer) => Holder,
): Verdict => {
  const { key, signer, secret } = asked
  if (!IS_RSA_2048[signer] || key === 'small') return refuse(KEY_REFUSED)
  if (!secret) return refuse('badRequest: a challenge is needed')
  if (secret === STATIC_CHALLENGE) return { outcome: GRANTED, learn: (answer) => void read(answer) }
  const challenge = model.challenges.get(secret)
  if (challenge === undefined || challenge.purpose === 'profile-service') {
    return refuse('badRequest: the challenge is not known here')
  }
  const { issued, journey, purpose } = challenge
  if (issued !== undefined) {
    if (issued.key !== key) return refuse('badRequest: the challenge was used with another key')
    return { outcome: GRANTED, learn: (answer) => requireSame(issued.holder, read(answer)) }
  }
  if (challenge.expiresAt <= model.now()) return refuse('badRequest: the challenge has expired')
  const isAwaited =
    purpose === 'ota' ? journey.state === 'identified' : OPEN_TO_PHASE_3.has(journey.state)
  if (!isAwaited) return refuse('badRequest: the enrollment does not wait for a certificate')
  if (!IS_RSA_2048[key]) return refuse(KEY_REFUSED)
  const learn = (answer: Answer): void => {
    challenge.issued = { key, holder: read(answer) }
    if (purpose === 'ota') journey.state = 'certified'
  }
  return { outcome: GRANTED, learn }
}

const requireSame = (first: Holder, again: Holder): void => {
  if (Buffer.compare(first.certificate.bytes, again.certificate.bytes) !== 0) {
    throw new Error('two certificates for one challenge')
  }
}
