import type {
  CertificateId,
  ChallengeId,
  ChallengePurpose,
  DeviceId,
  EnrollmentId,
  JsonValue,
} from '../model/index.ts'
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
  await db
    .insertInto('challenge')
    .values({
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
    .execute()
}

/** The challenge in any state: spent and expired ones too. */
export const findChallengeByHash = async (
  db: Executor,
  hash: string,
): Promise<Challenge | undefined> => {
  const row = await db
    .selectFrom('challenge')
    .select(COLUMNS)
    .where('hash', '=', hash)
    .executeTakeFirst()
  return row && toChallenge(row)
}

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
  const row = await db
    .updateTable('challenge')
    .set({
      spent_at: spending.now,
      spent_by: spending.spentBy,
      certificate_id: spending.certificateId,
    })
    .where('hash', '=', spending.hash)
    .where('spent_at', 'is', null)
    .where('expires_at', '>', spending.now)
    .returning(COLUMNS)
    .executeTakeFirst()
  return row && toChallenge(row)
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
