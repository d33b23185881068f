import { readFile } from 'node:fs/promises'
import { ServiceError } from '../../errors.ts'
import {
  formatVersion,
  meetsMinimum,
  type Platform,
  platformOf,
  type Version,
} from '../../model/index.ts'
import type { DeviceAttributes } from '../../protocol/profile/index.ts'

export interface DevicePolicy {
  /** A file that lists the devices that may enroll; undefined: any device may. */
  readonly deviceListFile: string | undefined
  readonly minimumVersions: ReadonlyMap<Platform, Version>
}

/** Why a device may not enroll: the two kinds of refusal that end an enrollment. */
export interface PolicyFault {
  readonly code: 'os_unknown' | 'os_too_old' | 'device_not_listed' | 'device_of_another'
  readonly detail: string
}

/**
 * Looks a device up in the list and its build in the table of versions.
 * @throws ServiceError unavailable `device_list_unreadable`
 */
export const findPolicyFault = async (
  policy: DevicePolicy,
  device: DeviceAttributes,
  accountName: string,
): Promise<PolicyFault | undefined> => {
  const fault = findVersionFault(policy, device)
  if (fault !== undefined || policy.deviceListFile === undefined) return fault
  return findListFault(await readList(policy.deviceListFile), device, accountName)
}

const findVersionFault = (
  { minimumVersions }: DevicePolicy,
  { product, build }: DeviceAttributes,
): PolicyFault | undefined => {
  if (minimumVersions.size === 0) return undefined
  const platform = product === undefined ? undefined : platformOf(product)
  if (platform === undefined || build === undefined) {
    return { code: 'os_unknown', detail: 'the device does not say what it runs' }
  }
  const minimum = minimumVersions.get(platform)
  if (minimum === undefined || meetsMinimum(platform, build, minimum)) return undefined
  const detail = `the device runs a system older than ${formatVersion(minimum)}`
  return { code: 'os_too_old', detail }
}

/** UDIDs and serial numbers in lower case, each with the account it is meant for, if any. */
type DeviceList = ReadonlyMap<string, string | undefined>

const findListFault = (
  list: DeviceList,
  { udid, serialNumber }: DeviceAttributes,
  accountName: string,
): PolicyFault | undefined => {
  const keys = [udid, serialNumber].flatMap((id) => (id === undefined ? [] : [id.toLowerCase()]))
  const key = keys.find((candidate) => list.has(candidate))
  if (key === undefined) {
    return { code: 'device_not_listed', detail: 'the device is not on the list' }
  }
  const owner = list.get(key)
  return owner === undefined || owner === accountName.toLowerCase()
    ? undefined
    : { code: 'device_of_another', detail: 'the device is meant for somebody else' }
}

/** Seconds after which a list that could not be read is tried again. */
const RETRY_AFTER = 60

// Read for each device: the list is short, and a change counts at once.
const readList = async (path: string): Promise<DeviceList> => {
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
const parseDeviceList = (text: string): DeviceList => {
  const list = new Map<string, string | undefined>()
  for (const line of text.split('\n')) {
    const [device = '', account = ''] = line
      .replace(/#.*/, '')
      .split(',')
      .map((field) => field.trim().toLowerCase())
    if (device !== '') list.set(device, account === '' ? undefined : account)
  }
  return list
}
