import fc from 'fast-check'
import { type EnrollmentId, newId, type TokenId } from '../../src/model/index.ts'
import {
  clearAttempts,
  countAttempt,
  type Db,
  findChallengeByHash,
  findEnrollment,
  findTokenByHash,
  insertChallenge,
  insertToken,
  moveEnrollment,
  readAttempts,
  revokeToken,
  spendChallenge,
  transact,
  useTokenOnce,
} from '../../src/store/index.ts'
import { givenEnrollment, NOW } from '../rows.ts'
import type { Specification } from './linearizable.ts'

const WINDOW = 900_000
const KEYS = ['a', 'b', 'c'] as const
type Key = (typeof KEYS)[number]
const MOVES = [
  ['offered', 'identified'],
  ['identified', 'certified'],
  ['offered', 'expired'],
  ['identified', 'expired'],
] as const

/** One use of what several nodes share. */
export type Use =
  /** A challenge is spent, by itself or with the move of its enrollment, as in phase 2. */
  | { readonly kind: 'spend' | 'identify'; readonly key: Key; readonly isLate: boolean }
  | { readonly kind: 'move'; readonly move: (typeof MOVES)[number] }
  | {
      readonly kind:
        | 'read challenge'
        | 'read enrollment'
        | 'open link'
        | 'revoke session'
        | 'read session'
        | 'attempt'
        | 'read attempts'
        | 'clear attempts'
    }

interface State {
  readonly spentBy: Key | null
  readonly enrollment: string
  readonly isOpened: boolean
  readonly isRevoked: boolean
  readonly attempts: number
}

/** What every use comes to where there is one node with one thing to do. */
export const SPECIFICATION: Specification<State, Use> = {
  initial: {
    spentBy: null,
    enrollment: 'offered',
    isOpened: false,
    isRevoked: false,
    attempts: 0,
  },
  apply: (state, use) => {
    switch (use.kind) {
      case 'spend':
        if (state.spentBy !== null || use.isLate) return { state, output: 'false' }
        return { state: { ...state, spentBy: use.key }, output: 'true' }
      case 'identify':
        if (state.spentBy !== null || use.isLate) return { state, output: 'spent' }
        if (state.enrollment !== 'offered') return { state, output: 'gone on' }
        return { state: { ...state, spentBy: use.key, enrollment: 'identified' }, output: 'true' }
      case 'move': {
        const [from, to] = use.move
        if (state.enrollment !== from) return { state, output: 'false' }
        return { state: { ...state, enrollment: to }, output: 'true' }
      }
      case 'read challenge':
        return { state, output: String(state.spentBy) }
      case 'read enrollment':
        return { state, output: state.enrollment }
      case 'open link':
        return { state: { ...state, isOpened: true }, output: String(!state.isOpened) }
      case 'revoke session':
        return { state: { ...state, isRevoked: true }, output: String(!state.isRevoked) }
      case 'read session':
        return { state, output: String(state.isRevoked) }
      case 'attempt': {
        const attempts = state.attempts + 1
        return { state: { ...state, attempts }, output: String(attempts) }
      }
      case 'read attempts':
        return { state, output: String(state.attempts) }
      case 'clear attempts':
        return { state: { ...state, attempts: 0 }, output: 'done' }
      default:
        return use satisfies never
    }
  },
}

/** What the uses of one history are about. */
export interface Things {
  readonly enrollmentId: EnrollmentId
  readonly sessionId: TokenId
  /** The name that everything else is known by. */
  readonly name: string
}

export const prepareThings = async (db: Db): Promise<Things> => {
  const enrollmentId = await givenEnrollment(db)
  const sessionId = newId('token', NOW)
  const token = { subject: '*', createdAt: NOW, expiresAt: NOW + 1 }
  await insertChallenge(db, {
    id: newId('challenge', NOW),
    hash: enrollmentId,
    purpose: 'profile-service',
    enrollmentId,
    deviceId: null,
    subject: null,
    keyPolicy: 'rsa',
    createdAt: NOW,
    expiresAt: NOW + 1,
  })
  await insertToken(db, { ...token, id: sessionId, kind: 'session', hash: sessionId })
  await insertToken(db, { ...token, id: newId('token', NOW), kind: 'link', hash: enrollmentId })
  return { enrollmentId, sessionId, name: enrollmentId }
}

/** Does on a database what a use says, and tells its output. */
export type Execute = (db: Db, things: Things, use: Use) => Promise<unknown>

export const useStore: Execute = async (db, { enrollmentId, sessionId, name }, use) => {
  switch (use.kind) {
    case 'spend':
      return (await transact(db, (tx) => spendChallenge(tx, spending(name, use)))) !== undefined
    case 'identify':
      return await identify(db, enrollmentId, spending(name, use))
    case 'move': {
      const [from, to] = use.move
      return await moveEnrollment(db, enrollmentId, { from, to, at: NOW })
    }
    case 'read challenge':
      return (await findChallengeByHash(db, name))?.spentBy
    case 'read enrollment':
      return (await findEnrollment(db, enrollmentId))?.state
    case 'open link':
      return (await useTokenOnce(db, { kind: 'link', hash: name, now: NOW })) !== undefined
    case 'revoke session':
      return await revokeToken(db, sessionId, NOW)
    case 'read session':
      return (await findTokenByHash(db, sessionId))?.revokedAt !== null
    case 'attempt':
      return (await countAttempt(db, name, NOW, WINDOW)).count
    case 'read attempts':
      return (await readAttempts(db, name, NOW, WINDOW)).count
    case 'clear attempts':
      await clearAttempts(db, name)
      return 'done'
    default:
      return use satisfies never
  }
}

type Spending = Parameters<typeof spendChallenge>[1]

const spending = (hash: string, { key, isLate }: Extract<Use, { key: Key }>): Spending => ({
  hash,
  spentBy: key,
  now: isLate ? NOW + 1 : NOW,
})

class GoneOn extends Error {}

// As phase 2 does it: both or nothing.
const identify = async (db: Db, id: EnrollmentId, spend: Spending): Promise<string> => {
  try {
    return await transact(db, async (tx) => {
      if ((await spendChallenge(tx, spend)) === undefined) return 'spent'
      const move = { from: 'offered', to: 'identified', at: NOW } as const
      if (!(await moveEnrollment(tx, id, move))) throw new GoneOn()
      return 'true'
    })
  } catch (error) {
    if (error instanceof GoneOn) return 'gone on'
    throw error
  }
}

export const use: fc.Arbitrary<Use> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('spend', 'identify'),
    key: fc.constantFrom(...KEYS),
    isLate: fc.constantFrom(false, false, false, true),
  }),
  fc.record({ kind: fc.constant('move'), move: fc.constantFrom(...MOVES) }),
  fc.record({ kind: fc.constantFrom('read challenge', 'read enrollment') }),
  fc.record({ kind: fc.constantFrom('open link', 'revoke session', 'read session') }),
  fc.record({ kind: fc.constantFrom('attempt', 'attempt', 'read attempts', 'clear attempts') }),
)
