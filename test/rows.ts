import { type AuditEntry, newId } from '../src/model/index.ts'
import {
  type Executor,
  insertAccount,
  insertEnrollment,
  insertOperator,
} from '../src/store/index.ts'

/** Any time; tests reckon from it. */
export const NOW = Date.UTC(2026, 0, 1)

export const anAccount = (name = 'johnny') => ({
  id: newId('account', NOW),
  name,
  fullName: 'Johnny Appleseed',
  email: 'johnny@example.com',
  passwordHash: '$argon2id$',
  attributes: { department: 'Orchard' },
  createdAt: NOW,
  source: null,
  externalId: null,
  groups: [],
  checkedAt: null,
})

/** Inserts an account with an enrollment in the state `offered` that was begun at `at`; returns its id. */
export const givenEnrollment = async (db: Executor, at = NOW) => {
  const account = anAccount(newId('account', at))
  await insertAccount(db, account)
  const id = newId('enrollment', at)
  await insertEnrollment(db, {
    id,
    state: 'offered',
    accountId: account.id,
    remoteAddress: '192.0.2.1',
    userAgent: null,
    createdAt: at,
    expiresAt: at + 3_600_000,
  })
  return id
}

/** Something that the owner did. */
export const anAuditEntry = (entry: Partial<AuditEntry> = {}): AuditEntry => ({
  at: NOW,
  actor: { kind: 'owner', id: null },
  action: 'account.add',
  subject: null,
  outcome: 'done',
  code: null,
  reason: null,
  before: null,
  after: null,
  detail: {},
  remoteAddress: '192.0.2.1',
  requestId: null,
  ...entry,
})
/** Inserts an owner. */
export const givenOperator = async (db: Executor, name = 'olga') => {
  const operator = {
    id: newId('operator', NOW),
    name,
    role: 'owner' as const,
    passwordHash: '$argon2id$',
    identity: null,
    createdAt: NOW,
  }
  await insertOperator(db, operator)
  return operator
}
