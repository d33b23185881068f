import { readFile } from 'node:fs/promises'
import { ServiceError } from '../../errors.ts'
import type { FlowId } from '../../model/index.ts'
import type { DeviceAttributes } from '../../protocol/profile/index.ts'
import { type Db, findListedDevice } from '../../store/index.ts'

/** Devices that may enroll, each for one account holder or for anybody. */
export interface DeviceList {
  /**
   * What the list says of a device by its UDID, or else its serial number; undefined: it is not on it.
   * @throws ServiceError unavailable `device_list_unreadable`
   */
  find(device: Device): Promise<Listed | undefined>
}

type Device = Pick<DeviceAttributes, 'udid' | 'serialNumber'>

interface Listed {
  /** The name of the account holder it is for; null: for anybody. */
  readonly owner: string | null
}

const identifiersOf = ({ udid, serialNumber }: Device): readonly string[] =>
  serialNumber === undefined ? [udid] : [udid, serialNumber]

/** The list of a flow, in the database. */
export const flowDeviceList = (db: Db, flowId: FlowId): DeviceList => ({
  find: (device) => findListedDevice(db, flowId, identifiersOf(device)),
})

/** A list that is kept as a file. Read for each device: it is short, and a change counts at once. */
export const fileDeviceList = (path: string): DeviceList => ({
  async find(device) {
    const list = await readList(path)
    for (const identifier of identifiersOf(device)) {
      const listed = list.get(identifier.toLowerCase())
      if (listed !== undefined) return listed
    }
    return undefined
  },
})

/** Seconds after which a list that could not be read is tried again. */
const RETRY_AFTER = 60

const readList = async (path: string): Promise<ReadonlyMap<string, Listed>> => {
  try {
    return parseDeviceList(await readFile(path, 'utf8'))
  } catch (cause) {
    throw new ServiceError('unavailable', 'device_list_unreadable', 'no device list', {
      cause,
      retryAfter: RETRY_AFTER,
    })
  }
}

/** One device a line, UDID or serial number, then, after a comma, the account it is for; `#` comments. */
const parseDeviceList = (text: string): ReadonlyMap<string, Listed> => {
  const list = new Map<string, Listed>()
  for (const line of text.split('\n')) {
    const [device = '', account = ''] = line
      .replace(/#.*/, '')
      .split(',')
      .map((field) => field.trim())
    if (device !== '') list.set(device.toLowerCase(), { owner: account === '' ? null : account })
  }
  return list
}
