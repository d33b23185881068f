import { sql } from 'kysely'
import type { AccountId, DeviceId, EnrollmentId, FlowId } from '../model/index.ts'
import type { Page } from './page.ts'
import type { Executor } from './schema.ts'

/** How many devices hold a version of the final profile of a flow. */
export interface ProfileVersionCount {
  /** Null: the flow that the configuration describes. */
  readonly flowId: FlowId | null
  /** SHA-256 of the template, hexadecimal; null: it is not known which. */
  readonly version: string | null
  readonly devices: number
}

/** Of every device only the newest enrollment that was configured counts. The most frequent version first. */
export const countProfileVersions = async (
  db: Executor,
): Promise<readonly ProfileVersionCount[]> => {
  const rows = await selectHolders(db)
    .select(({ fn }) => [
      'enrollment.flow_id',
      'enrollment.profile_version',
      fn.countAll<number>().as('devices'),
    ])
    .groupBy(['enrollment.flow_id', 'enrollment.profile_version'])
    .orderBy('devices', 'desc')
    .orderBy('enrollment.profile_version')
    .execute()
  return rows.map((row) => ({
    flowId: row.flow_id,
    version: row.profile_version,
    devices: row.devices,
  }))
}

/** A device that was last sent another version of the final profile than the current one. */
export interface Outdated {
  /** Of the enrollment that the device holds its profile by. */
  readonly id: EnrollmentId
  readonly flowId: FlowId | null
  readonly version: string | null
  /** When that enrollment last changed. */
  readonly updatedAt: number
  readonly account: { readonly id: AccountId; readonly name: string; readonly email: string | null }
  readonly device: {
    readonly id: DeviceId
    readonly serialNumber: string | null
    readonly product: string | null
  }
}

/** The version that those of a flow should hold. */
export type CurrentVersion = Pick<ProfileVersionCount, 'flowId'> & { readonly version: string }

/** Those whose account holder may still update them, oldest enrollment first, behind the enrollment `after`. */
export const listOutdated = async (
  db: Executor,
  {
    current,
    after,
    limit,
    accountId,
  }: {
    readonly current: readonly CurrentVersion[]
    readonly accountId?: AccountId | undefined
  } & Page<EnrollmentId>,
): Promise<readonly Outdated[]> => {
  let query = selectHolders(db)
    .innerJoin('account', 'account.id', 'enrollment.account_id')
    .innerJoin('device', 'device.id', 'enrollment.device_id')
    .select([
      'enrollment.id',
      'enrollment.flow_id',
      'enrollment.profile_version',
      'enrollment.updated_at',
      'enrollment.account_id',
      'account.name',
      'account.email',
      'device.id as device_id',
      'device.serial_number',
      'device.product',
    ])
    .where('account.disabled_at', 'is', null)
    .where(({ eb, or, and }) =>
      or(
        current.map(({ flowId, version }) =>
          and([
            eb('enrollment.flow_id', flowId === null ? 'is' : '=', flowId),
            or([
              eb('enrollment.profile_version', 'is', null),
              eb('enrollment.profile_version', '!=', version),
            ]),
          ]),
        ),
      ),
    )
  if (accountId !== undefined) query = query.where('enrollment.account_id', '=', accountId)
  if (after !== undefined) query = query.where('enrollment.id', '>', after)
  const rows = await query.orderBy('enrollment.id').limit(limit).execute()
  return rows.map((row) => ({
    id: row.id,
    flowId: row.flow_id,
    version: row.profile_version,
    updatedAt: row.updated_at,
    account: { id: row.account_id, name: row.name, email: row.email },
    device: { id: row.device_id, serialNumber: row.serial_number, product: row.product },
  }))
}

const HOLDING = (['configured', 'managed'] as const).map((state) => sql.lit(state))

// A device that enrolls anew holds the profile of its last enrollment.
const selectHolders = (db: Executor) =>
  db
    .selectFrom('enrollment')
    .where('enrollment.state', 'in', HOLDING)
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom('enrollment as later')
            .select('later.id')
            .whereRef('later.device_id', '=', 'enrollment.device_id')
            .whereRef('later.id', '>', 'enrollment.id')
            .where('later.state', 'in', HOLDING),
        ),
      ),
    )
