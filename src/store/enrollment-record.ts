import { sql } from 'kysely'
import type { AccountId, DeviceId, EnrollmentId, EnrollmentState } from '../model/index.ts'
import type { Executor } from './schema.ts'

/** An enrollment as people look at it: with the names of its account holder and its device. */
export interface EnrollmentRecord {
  readonly id: EnrollmentId
  readonly state: EnrollmentState
  readonly code: string | null
  readonly account: { readonly id: AccountId; readonly name: string }
  readonly device: {
    readonly id: DeviceId
    readonly udid: string
    readonly serialNumber: string | null
    readonly product: string | null
    readonly build: string | null
  } | null
  readonly simulated: boolean
  readonly weakAlgorithms: readonly string[]
  /** SHA-256 of the template of the final profile that the device was last sent; null: none that is known. */
  readonly profileVersion: string | null
  readonly remoteAddress: string
  readonly userAgent: string | null
  readonly createdAt: number
  readonly updatedAt: number
  readonly expiresAt: number
  /** The name of its flow; null: the one that the configuration describes. */
  readonly flow: string | null
}

export const findEnrollmentRecord = async (
  db: Executor,
  id: EnrollmentId,
): Promise<EnrollmentRecord | undefined> => {
  const row = await selectRecords(db).where('enrollment.id', '=', id).executeTakeFirst()
  return row && toRecord(row)
}

export interface EnrollmentFilter {
  readonly limit: number
  /** Only those created before this one. */
  readonly before?: EnrollmentId | undefined
  readonly state?: EnrollmentState | undefined
  readonly accountId?: AccountId | undefined
  /** What the id ends with: see `parseSupportCode`. */
  readonly idEnd?: string | undefined
  /** The name of a flow; null as above. */
  readonly flow?: string | null | undefined
}

/** Newest first. */
export const listEnrollments = async (
  db: Executor,
  { limit, before, state, accountId, idEnd, flow }: EnrollmentFilter,
): Promise<readonly EnrollmentRecord[]> => {
  let query = selectRecords(db)
  if (before !== undefined) query = query.where('enrollment.id', '<', before)
  if (state !== undefined) query = query.where('enrollment.state', '=', state)
  if (accountId !== undefined) query = query.where('enrollment.account_id', '=', accountId)
  if (idEnd !== undefined) query = query.where(endOfId, '=', idEnd)
  if (flow === null) query = query.where('enrollment.flow_id', 'is', null)
  else if (flow !== undefined) query = query.where('flow.name_key', '=', flow)
  const rows = await query.orderBy('enrollment.id', 'desc').limit(limit).execute()
  return rows.map(toRecord)
}

// The expression of the index `enrollment_support_code`, literally.
const endOfId = sql<string>`substr(enrollment.id, 25)`

const selectRecords = (db: Executor) =>
  db
    .selectFrom('enrollment')
    .innerJoin('account', 'account.id', 'enrollment.account_id')
    .leftJoin('device', 'device.id', 'enrollment.device_id')
    .leftJoin('flow', 'flow.id', 'enrollment.flow_id')
    .select([
      'enrollment.id',
      'enrollment.state',
      'enrollment.code',
      'enrollment.account_id',
      'account.name as account_name',
      'enrollment.device_id',
      'device.udid as device_udid',
      'device.serial_number as device_serial_number',
      'device.product as device_product',
      'device.build as device_build',
      'enrollment.simulated',
      'enrollment.weak_algorithms',
      'enrollment.profile_version',
      'enrollment.remote_address',
      'enrollment.user_agent',
      'enrollment.created_at',
      'enrollment.updated_at',
      'enrollment.expires_at',
      'flow.name as flow_name',
    ])

type Row = Awaited<ReturnType<ReturnType<typeof selectRecords>['executeTakeFirstOrThrow']>>

const toRecord = (row: Row): EnrollmentRecord => ({
  id: row.id,
  state: row.state,
  code: row.code,
  account: { id: row.account_id, name: row.account_name },
  device:
    row.device_id !== null && row.device_udid !== null
      ? {
          id: row.device_id,
          udid: row.device_udid,
          serialNumber: row.device_serial_number,
          product: row.device_product,
          build: row.device_build,
        }
      : null,
  simulated: row.simulated === 1,
  weakAlgorithms: JSON.parse(row.weak_algorithms),
  profileVersion: row.profile_version,
  remoteAddress: row.remote_address,
  userAgent: row.user_agent,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  expiresAt: row.expires_at,
  flow: row.flow_name,
})
