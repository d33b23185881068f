import fc from 'fast-check'
import type { KeyName } from './cast.ts'

/** An enrollment under way; the second is of another account holder than the others. */
export type Slot = 0 | 1 | 2

const CHALLENGES = [
  'offered',
  'earlier',
  'identity',
  'service',
  'neighbour',
  'static',
  'unknown',
  'empty',
  'none',
] as const
/** Where a challenge is taken from. */
export type ChallengeChoice = (typeof CHALLENGES)[number]

const SIGNERS = [0, 1, 2, 'identity', 'service', 'static', 'stranger', 'forger'] as const
/** Who signs a message to `/profile`: a device, or the holder of a certificate. */
export type SignerChoice = (typeof SIGNERS)[number]

const DAMAGES = [
  'content',
  'signature',
  'unsigned',
  'two-signers',
  'no-certificate',
  'cut',
] as const
/** What somebody on the way did to a signed message. */
export type Damage = (typeof DAMAGES)[number]

const REQUEST_FAULTS = ['message-type', 'request-signature', 'envelope'] as const
/** What is wrong inside a PKCSReq. */
export type RequestFault = (typeof REQUEST_FAULTS)[number]

/** What a message has that the honest one has not. */
export interface Twist {
  readonly signer?: SignerChoice
  /** Whose UDID and whose serial number it says. */
  readonly udid?: Slot
  readonly serial?: Slot
  readonly challenge?: ChallengeChoice
  readonly damage?: Damage
  readonly isOld?: true
  readonly isBare?: true
  readonly key?: KeyName
  readonly messageSigner?: KeyName
  readonly fault?: RequestFault
  readonly byGet?: true
  readonly session?: 'neighbour' | 'unknown' | 'link' | 'none'
  readonly copies?: 2 | 3
}

/** One thing that happens. `next` is what an honest device would do now. */
export type Move =
  | {
      readonly kind: 'next' | 'download' | 'identify' | 'certify' | 'configure'
      readonly slot: Slot
      readonly twist: Twist
    }
  | { readonly kind: 'ask'; readonly slot: Slot; readonly operation: 'GetCACaps' | 'GetCACert' }
  | { readonly kind: 'replay'; readonly index: number; readonly copies: 1 | 2 }
  | { readonly kind: 'wait'; readonly minutes: number }
  | { readonly kind: 'expire' }
  | { readonly kind: 'sign-in'; readonly slot: Slot }
  | { readonly kind: 'disable'; readonly slot: Slot }

// Most of what happens happens to one: so it comes far, and what it is confused with lies beside it.
const slot = fc.constantFrom<Slot[]>(0, 0, 0, 0, 0, 0, 1, 1, 2)
const copies = fc.constantFrom<(2 | 3)[]>(2, 3)
const yes = fc.constant<true>(true)
const challenge = fc.constantFrom(...CHALLENGES)
const damage = fc.constantFrom(...DAMAGES)
const signer = fc.constantFrom(...SIGNERS)
const key = fc.constantFrom<KeyName[]>('first', 'second', 'second', 'small', 'curve')
const fault = fc.constantFrom(...REQUEST_FAULTS)
const session = fc.constantFrom<Required<Twist>['session'][]>(
  'neighbour',
  'unknown',
  'link',
  'none',
)

const honest = { weight: 5, arbitrary: fc.constant<Twist>({}) }
const oneOf = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary })

const downloadTwist = fc.oneof(honest, fc.record({ session }), fc.record({ copies }))
const profileTwist: fc.Arbitrary<Twist> = fc.oneof(
  honest,
  oneOf(2, fc.record({ signer })),
  fc.record({ udid: slot }),
  fc.record({ serial: slot }),
  fc.record({ udid: slot, serial: slot }),
  oneOf(2, fc.record({ challenge })),
  oneOf(2, fc.record({ damage })),
  fc.record({ isOld: yes }),
  fc.record({ isBare: yes }),
  fc.record({ copies }),
  fc.record(
    { signer, udid: slot, serial: slot, challenge, damage, isOld: yes, isBare: yes, copies },
    { requiredKeys: [] },
  ),
)
const requestTwist: fc.Arbitrary<Twist> = fc.oneof(
  honest,
  oneOf(3, fc.record({ key })),
  fc.record({ messageSigner: key }),
  oneOf(2, fc.record({ challenge })),
  oneOf(2, fc.record({ challenge: fc.constant('service') })),
  fc.record({ damage }),
  fc.record({ fault }),
  fc.record({ byGet: yes }),
  fc.record({ copies }),
  fc.record(
    { key, messageSigner: key, challenge, damage, fault, byGet: yes, copies },
    { requiredKeys: [] },
  ),
)
/** One that changes whatever message it meets. */
const anyTwist: fc.Arbitrary<Twist> = fc.oneof(
  fc.record({ signer, key }),
  fc.record({ udid: slot, messageSigner: key }),
  fc.record({ serial: slot, key }),
  fc.record({ challenge, session }),
  fc.record({ damage, session }),
  fc.record({ isOld: yes, fault }),
  fc.record({ isBare: yes, byGet: yes }),
  fc.record({ copies }),
)

const send = (kind: Extract<Move, { twist: Twist }>['kind'], twist: fc.Arbitrary<Twist>) =>
  fc.record({ kind: fc.constant(kind), slot, twist })

/** Now honest messages that bring an enrollment forward, now everything else that can happen. */
const move: fc.Arbitrary<Move> = fc.oneof(
  oneOf(40, send('next', fc.constant({}))),
  oneOf(24, send('next', anyTwist)),
  oneOf(5, send('download', downloadTwist)),
  oneOf(10, send('identify', profileTwist)),
  oneOf(12, send('certify', requestTwist)),
  oneOf(8, send('configure', profileTwist)),
  oneOf(
    4,
    fc.record({
      kind: fc.constant('ask'),
      slot,
      operation: fc.constantFrom('GetCACaps', 'GetCACert'),
    }),
  ),
  oneOf(
    14,
    fc.record({
      kind: fc.constant('replay'),
      index: fc.nat({ max: 99 }),
      copies: fc.constantFrom<(1 | 2)[]>(1, 1, 2),
    }),
  ),
  oneOf(
    6,
    fc.record({
      kind: fc.constant('wait'),
      minutes: fc.constantFrom(1, 14, 15, 15, 45, 60, 60),
    }),
  ),
  oneOf(3, fc.record({ kind: fc.constant('expire') })),
  oneOf(3, fc.record({ kind: fc.constant('sign-in'), slot })),
  oneOf(1, fc.record({ kind: fc.constant('disable'), slot })),
)

const NEXT = { kind: 'next', slot: 0, twist: {} } as const

/** Moves from any point of an enrollment on. */
export const sequence: fc.Arbitrary<readonly Move[]> = fc
  .tuple(fc.nat({ max: 6 }), fc.array(move, { minLength: 4, maxLength: 12, size: 'max' }))
  .map(([steps, moves]) => [...Array.from({ length: steps }, () => NEXT), ...moves])
