import { type AccountId, type FlowId, nameKey } from '../model/index.ts'
import type { Executor, Schema } from './schema.ts'

/** A device on the list of a flow. */
export interface ListedDevice {
  /** Its UDID or serial number, as it was written. */
  readonly device: string
  /** The name of the account holder it is for; null: for anybody. */
  readonly owner: string | null
}

/** Makes an identifier what it is looked up by. */
const deviceKey = (text: string): string => text.toLowerCase()

const ROWS_AT_ONCE = 200

/** Puts devices on a list; of one that is there already, the owner is changed. */
export const putFlowDevices = async (
  db: Executor,
  flowId: FlowId,
  devices: readonly ListedDevice[],
): Promise<void> => {
  for (let first = 0; first < devices.length; first += ROWS_AT_ONCE) {
    const rows = devices.slice(first, first + ROWS_AT_ONCE).map(({ device, owner }) => ({
      flow_id: flowId,
      device_key: deviceKey(device),
      device,
      owner,
      owner_key: owner === null ? null : nameKey(owner),
    }))
    await db
      .insertInto('flow_device')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['flow_id', 'device_key']).doUpdateSet(({ ref }) => ({
          device: ref('excluded.device'),
          owner: ref('excluded.owner'),
          owner_key: ref('excluded.owner_key'),
        })),
      )
      .execute()
  }
}

/** Takes one off the list; returns whether it was there. */
export const deleteFlowDevice = async (
  db: Executor,
  flowId: FlowId,
  device: string,
): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom('flow_device')
    .where('flow_id', '=', flowId)
    .where('device_key', '=', deviceKey(device))
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Empties a list; returns how many were on it. */
export const deleteFlowDevices = async (db: Executor, flowId: FlowId): Promise<number> => {
  const { numDeletedRows } = await db
    .deleteFrom('flow_device')
    .where('flow_id', '=', flowId)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** What the list says of a device by the first of its identifiers that is on it. */
export const findListedDevice = async (
  db: Executor,
  flowId: FlowId,
  identifiers: readonly string[],
): Promise<ListedDevice | undefined> => {
  // PostgreSQL refuses to look for what no text can hold.
  const keys = identifiers.map(deviceKey).filter((key) => !key.includes('\0'))
  if (keys.length === 0) return undefined
  const rows = await db
    .selectFrom('flow_device')
    .select(COLUMNS)
    .where('flow_id', '=', flowId)
    .where('device_key', 'in', keys)
    .execute()
  const row = keys
    .map((key) => rows.find(({ device_key }) => device_key === key))
    .find((each) => each !== undefined)
  return row && toListedDevice(row)
}

interface Wanted {
  readonly limit: number
  /** Only what comes behind this one, as it is looked up by. */
  readonly after?: string | undefined
}

/** In the order of their identifiers. */
export const listFlowDevices = async (
  db: Executor,
  flowId: FlowId,
  { limit, after }: Wanted,
): Promise<readonly ListedDevice[]> => {
  let query = db.selectFrom('flow_device').select(COLUMNS).where('flow_id', '=', flowId)
  if (after !== undefined) query = query.where('device_key', '>', deviceKey(after))
  const rows = await query.orderBy('device_key').limit(limit).execute()
  return rows.map(toListedDevice)
}

/** What all lists have for an account holder, with the names of the flows. */
export const listDevicesOf = async (
  db: Executor,
  accountId: AccountId,
): Promise<readonly { readonly flow: string; readonly device: string }[]> =>
  await db
    .selectFrom('flow_device')
    .innerJoin('flow', 'flow.id', 'flow_device.flow_id')
    .innerJoin('account', 'account.name_key', 'flow_device.owner_key')
    .select(['flow.name as flow', 'flow_device.device'])
    .where('account.id', '=', accountId)
    .orderBy('flow.id')
    .orderBy('flow_device.device_key')
    .execute()

/** Takes everything off all lists that is there for an account holder: no device of theirs becomes anybody's. */
export const deleteDevicesOf = async (db: Executor, accountId: AccountId): Promise<void> => {
  await db
    .deleteFrom('flow_device')
    .where('owner_key', 'in', (query) =>
      query.selectFrom('account').select('name_key').where('id', '=', accountId),
    )
    .execute()
}

const COLUMNS = [
  'device_key',
  'device',
  'owner',
] as const satisfies readonly (keyof Schema['flow_device'])[]

const toListedDevice = ({ device, owner }: ListedDevice): ListedDevice => ({ device, owner })
