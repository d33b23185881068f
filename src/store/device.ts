import { sql } from 'kysely'
import type { DeviceId, JsonObject } from '../model/index.ts'
import { prepare } from './prepared.ts'
import type { Executor, Schema } from './schema.ts'

/** A device as it last described itself in phase 2. */
export interface Device {
  readonly id: DeviceId
  readonly udid: string
  readonly serialNumber: string | null
  readonly product: string | null
  /** The build of its operating system, e.g. 22F76. */
  readonly build: string | null
  readonly imei: string | null
  readonly meid: string | null
  readonly iccid: string | null
  readonly attributes: JsonObject
  readonly simulated: boolean
  readonly createdAt: number
  readonly updatedAt: number
}

// What a device says of itself is not proved: whoever claims the UDID of another with a serial number of its
// own is another device, and changes nothing of the first.
const IDENTITY = sql`udid, simulated, coalesce(serial_number, '')`

/**
 * Records what a device said at the time `at`. A device that is known, by UDID and serial number, keeps its
 * id (`id` is for a new one); a simulated device is never the real one of the same UDID.
 */
export const upsertDevice = async (
  db: Executor,
  device: Omit<Device, 'createdAt' | 'updatedAt'> & { readonly at: number },
): Promise<Device> => {
  const {
    rows: [row],
  } = await upsert(db, {
    ...device,
    attributes: JSON.stringify(device.attributes),
    simulated: Number(device.simulated),
  })
  if (row === undefined) throw new Error('a device was neither inserted nor updated')
  return toDevice(row)
}

interface Said extends Omit<Device, 'createdAt' | 'updatedAt' | 'attributes' | 'simulated'> {
  readonly at: number
  readonly attributes: string
  readonly simulated: number
}

const upsert = prepare((db, device: Said) => {
  const said = {
    product: device.product,
    build: device.build,
    imei: device.imei,
    meid: device.meid,
    iccid: device.iccid,
    attributes: device.attributes,
    updated_at: device.at,
  }
  return db
    .insertInto('device')
    .values({
      id: device.id,
      udid: device.udid,
      serial_number: device.serialNumber,
      simulated: device.simulated,
      created_at: device.at,
      ...said,
    })
    .onConflict((conflict) => conflict.expression(IDENTITY).doUpdateSet(said))
    .returning(COLUMNS)
})

export const findDevice = async (db: Executor, id: DeviceId): Promise<Device | undefined> => {
  const {
    rows: [row],
  } = await selectById(db, { id })
  return row && toDevice(row)
}

const selectById = prepare((db, { id }: { readonly id: DeviceId }) =>
  db.selectFrom('device').select(COLUMNS).where('id', '=', id),
)

const COLUMNS = [
  'id',
  'udid',
  'serial_number',
  'product',
  'build',
  'imei',
  'meid',
  'iccid',
  'attributes',
  'simulated',
  'created_at',
  'updated_at',
] as const satisfies readonly (keyof Schema['device'])[]

const toDevice = (row: Schema['device']): Device => ({
  id: row.id,
  udid: row.udid,
  serialNumber: row.serial_number,
  product: row.product,
  build: row.build,
  imei: row.imei,
  meid: row.meid,
  iccid: row.iccid,
  attributes: JSON.parse(row.attributes),
  simulated: row.simulated === 1,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
