import { sql } from 'kysely'
import {
  type AccountId,
  type DeviceId,
  type EnrollmentId,
  type EnrollmentState,
  type FlowId,
  type InvitationId,
  STATES_UNDER_WAY,
} from '../model/index.ts'
import { prepare } from './prepared.ts'
import type { Executor, Schema } from './schema.ts'

/** One account holder bringing one device through the phases. */
export interface Enrollment {
  readonly id: EnrollmentId
  readonly state: EnrollmentState
  /** Why it ended, if it ended badly. */
  readonly code: string | null
  readonly accountId: AccountId
  /** Null until phase 2 has told which device it is. */
  readonly deviceId: DeviceId | null
  /** That it was begun with. */
  readonly invitationId: InvitationId | null
  /** False until phase 2 has told. */
  readonly simulated: boolean
  readonly weakAlgorithms: readonly string[]
  /** SHA-256 of the template of the final profile that the device was last sent; null: none yet. */
  readonly profileVersion: string | null
  readonly remoteAddress: string
  readonly userAgent: string | null
  readonly createdAt: number
  readonly updatedAt: number
  readonly expiresAt: number
  /** Null: the one that the configuration describes. */
  readonly flowId: FlowId | null
}

export const insertEnrollment = async (
  db: Executor,
  enrollment: Pick<
    Enrollment,
    'id' | 'state' | 'accountId' | 'remoteAddress' | 'userAgent' | 'createdAt' | 'expiresAt'
  > &
    Partial<Pick<Enrollment, 'flowId'>>,
): Promise<void> => {
  const { flowId = null, ...rest } = enrollment
  await insert(db, { ...rest, flowId })
}

type Beginning = Required<Parameters<typeof insertEnrollment>[1]>

const insert = prepare((db, enrollment: Beginning) =>
  db.insertInto('enrollment').values({
    id: enrollment.id,
    state: enrollment.state,
    account_id: enrollment.accountId,
    simulated: 0,
    weak_algorithms: '[]',
    remote_address: enrollment.remoteAddress,
    user_agent: enrollment.userAgent,
    created_at: enrollment.createdAt,
    updated_at: enrollment.createdAt,
    expires_at: enrollment.expiresAt,
    flow_id: enrollment.flowId,
  }),
)

export const findEnrollment = async (
  db: Executor,
  id: EnrollmentId,
): Promise<Enrollment | undefined> => {
  const {
    rows: [row],
  } = await selectById(db, { id })
  return row && toEnrollment(row)
}

const selectById = prepare((db, { id }: { readonly id: EnrollmentId }) =>
  db.selectFrom('enrollment').select(COLUMNS).where('id', '=', id),
)

/**
 * The states that time does not end: the condition of the index `enrollment_expires_at`, literally. Asked for the
 * others with `in`, SQLite would take the index of states and sort.
 */
const LASTING = (
  ['invited', 'configured', 'managed', 'refused', 'failed', 'expired', 'withdrawn'] as const
).map((state) => sql.lit(state))

/** Those whose time is up at `now` and that nobody has ended yet, the longest overdue first. */
export const listExpiredEnrollments = async (
  db: Executor,
  now: number,
  limit: number,
): Promise<readonly Enrollment[]> => {
  const rows = await db
    .selectFrom('enrollment')
    .select(COLUMNS)
    .where('state', 'not in', LASTING)
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(toEnrollment)
}

/** How many enrollments stand in each of the states between sign-in and configuration; absent where none does. */
export const countEnrollmentsUnderWay = async (
  db: Executor,
): Promise<ReadonlyMap<EnrollmentState, number>> => {
  const rows = await db
    .selectFrom('enrollment')
    .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
    .where('state', 'in', STATES_UNDER_WAY)
    .groupBy('state')
    .execute()
  return new Map(rows.map(({ state, count }) => [state, count]))
}

/** Those between sign-in and configuration, the newest first. */
export const listEnrollmentsUnderWay = async (
  db: Executor,
  limit: number,
): Promise<readonly Pick<Enrollment, 'id' | 'state'>[]> =>
  await db
    .selectFrom('enrollment')
    .select(['id', 'state'])
    .where('state', 'in', STATES_UNDER_WAY)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()

export interface EnrollmentMove {
  readonly from: EnrollmentState
  readonly to: EnrollmentState
  readonly at: number
  readonly code?: string
  readonly accountId?: AccountId
  readonly deviceId?: DeviceId
  readonly simulated?: boolean
  readonly weakAlgorithms?: readonly string[]
  readonly profileVersion?: string
  readonly expiresAt?: number
}

/** Moves the enrollment if it is still in the state `from`; returns whether it was. What is absent stays. */
export const moveEnrollment = async (
  db: Executor,
  id: EnrollmentId,
  move: EnrollmentMove,
): Promise<boolean> => {
  const { simulated, weakAlgorithms } = move
  const { numAffectedRows } = await update(db, {
    id,
    from: move.from,
    to: move.to,
    at: move.at,
    code: move.code ?? null,
    accountId: move.accountId ?? null,
    deviceId: move.deviceId ?? null,
    simulated: simulated === undefined ? null : Number(simulated),
    weakAlgorithms: weakAlgorithms === undefined ? null : JSON.stringify(weakAlgorithms),
    profileVersion: move.profileVersion ?? null,
    expiresAt: move.expiresAt ?? null,
  })
  return numAffectedRows === 1n
}

/** A move as one statement says it: null for what stays. */
interface Update {
  readonly id: EnrollmentId
  readonly from: EnrollmentState
  readonly to: EnrollmentState
  readonly at: number
  readonly code: string | null
  readonly accountId: AccountId | null
  readonly deviceId: DeviceId | null
  readonly simulated: number | null
  readonly weakAlgorithms: string | null
  readonly profileVersion: string | null
  readonly expiresAt: number | null
}

const update = prepare((db, move: Update) =>
  db
    .updateTable('enrollment')
    .set(({ fn, val, ref }) => ({
      state: move.to,
      code: fn.coalesce(val(move.code), ref('code')),
      account_id: fn.coalesce(val(move.accountId), ref('account_id')),
      device_id: fn.coalesce(val(move.deviceId), ref('device_id')),
      simulated: fn.coalesce(val(move.simulated), ref('simulated')),
      weak_algorithms: fn.coalesce(val(move.weakAlgorithms), ref('weak_algorithms')),
      profile_version: fn.coalesce(val(move.profileVersion), ref('profile_version')),
      updated_at: move.at,
      expires_at: fn.coalesce(val(move.expiresAt), ref('expires_at')),
    }))
    .where('id', '=', move.id)
    .where('state', '=', move.from),
)

const COLUMNS = [
  'id',
  'state',
  'code',
  'account_id',
  'device_id',
  'invitation_id',
  'simulated',
  'weak_algorithms',
  'profile_version',
  'remote_address',
  'user_agent',
  'created_at',
  'updated_at',
  'expires_at',
  'flow_id',
] as const satisfies readonly (keyof Schema['enrollment'])[]

const toEnrollment = (row: Schema['enrollment']): Enrollment => ({
  id: row.id,
  state: row.state,
  code: row.code,
  accountId: row.account_id,
  deviceId: row.device_id,
  invitationId: row.invitation_id,
  simulated: row.simulated === 1,
  weakAlgorithms: JSON.parse(row.weak_algorithms),
  profileVersion: row.profile_version,
  remoteAddress: row.remote_address,
  userAgent: row.user_agent,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  expiresAt: row.expires_at,
  flowId: row.flow_id,
})
