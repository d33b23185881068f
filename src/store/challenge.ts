import type {
  CertificateId,
  ChallengeId,
  ChallengePurpose,
  DeviceId,
  EnrollmentId,
  JsonValue,
} from '../model/index.ts'
import { prepare } from './prepared.ts'
import type { Executor, Schema } from './schema.ts'

/** A one-time secret, known by its hash, and what it is bound to. */
export interface Challenge {
  readonly id: ChallengeId
  readonly hash: string
  readonly purpose: ChallengePurpose
  readonly enrollmentId: EnrollmentId | null
  readonly deviceId: DeviceId | null
  /** The subject of the certificate it may be spent on. */
  readonly subject: JsonValue
  readonly keyPolicy: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly spentAt: number | null
  /** The hash of what spent it. */
  readonly spentBy: string | null
  readonly certificateId: CertificateId | null
}

export const insertChallenge = async (
  db: Executor,
  challenge: Omit<Challenge, 'spentAt' | 'spentBy' | 'certificateId'>,
): Promise<void> => {
  await insert(db, {
    id: challenge.id,
    hash: challenge.hash,
    purpose: challenge.purpose,
    enrollment_id: challenge.enrollmentId,
    device_id: challenge.deviceId,
    subject: challenge.subject === null ? null : JSON.stringify(challenge.subject),
    key_policy: challenge.keyPolicy,
    created_at: challenge.createdAt,
    expires_at: challenge.expiresAt,
  })
}

const insert = prepare(
  (db, row: Omit<Schema['challenge'], 'spent_at' | 'spent_by' | 'certificate_id'>) =>
    db.insertInto('challenge').values({
      id: row.id,
      hash: row.hash,
      purpose: row.purpose,
      enrollment_id: row.enrollment_id,
      device_id: row.device_id,
      subject: row.subject,
      key_policy: row.key_policy,
      created_at: row.created_at,
      expires_at: row.expires_at,
    }),
)

/** The challenge in any state: spent and expired ones too. */
export const findChallengeByHash = async (
  db: Executor,
  hash: string,
): Promise<Challenge | undefined> => {
  const {
    rows: [row],
  } = await selectByHash(db, { hash })
  return row && toChallenge(row)
}

const selectByHash = prepare((db, { hash }: { readonly hash: string }) =>
  db.selectFrom('challenge').select(COLUMNS).where('hash', '=', hash),
)

/**
 * Spends the challenge if it is neither spent nor expired at `now`, and returns it; else undefined.
 * One statement decides, so of any number of callers, on any number of nodes, one gets it.
 */
export const spendChallenge = async (
  db: Executor,
  spending: {
    readonly hash: string
    readonly now: number
    readonly spentBy: string
    readonly certificateId?: CertificateId
  },
): Promise<Challenge | undefined> => {
  const { certificateId = null, ...rest } = spending
  const {
    rows: [row],
  } = await spend(db, { ...rest, certificateId })
  return row && toChallenge(row)
}

interface Spending {
  readonly hash: string
  readonly now: number
  readonly spentBy: string
  readonly certificateId: CertificateId | null
}

const spend = prepare((db, { hash, now, spentBy, certificateId }: Spending) =>
  db
    .updateTable('challenge')
    .set({ spent_at: now, spent_by: spentBy, certificate_id: certificateId })
    .where('hash', '=', hash)
    .where('spent_at', 'is', null)
    .where('expires_at', '>', now)
    .returning(COLUMNS),
)

/** Makes challenges that nobody has spent yet expired, by whatever clock; returns how many. */
export const endOpenChallenges = async (db: Executor, now: number): Promise<number> => {
  const { numUpdatedRows } = await db
    .updateTable('challenge')
    .set({ expires_at: 0 })
    .where('spent_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

const COLUMNS = [
  'id',
  'hash',
  'purpose',
  'enrollment_id',
  'device_id',
  'subject',
  'key_policy',
  'created_at',
  'expires_at',
  'spent_at',
  'spent_by',
  'certificate_id',
] as const satisfies readonly (keyof Schema['challenge'])[]

const toChallenge = (row: Schema['challenge']): Challenge => ({
  id: row.id,
  hash: row.hash,
  purpose: row.purpose,
  enrollmentId: row.enrollment_id,
  deviceId: row.device_id,
  subject: row.subject === null ? null : JSON.parse(row.subject),
  keyPolicy: row.key_policy,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  spentAt: row.spent_at,
  spentBy: row.spent_by,
  certificateId: row.certificate_id,
})
