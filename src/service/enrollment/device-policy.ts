import { formatVersion, meetsMinimum, nameKey, platformOf } from '../../model/index.ts'
import type { DeviceAttributes } from '../../protocol/profile/index.ts'
import { type Account, type Db, findAccountByName } from '../../store/index.ts'
import type { FlowChoices } from '../flow/index.ts'

/** Why a device may not enroll: the refusals that end an enrollment. */
interface PolicyFault {
  readonly code:
    | 'os_unknown'
    | 'os_too_old'
    | 'device_not_listed'
    | 'device_of_another'
    | 'device_owner_unknown'
  readonly detail: string
}

/** Whose a device is, or why it may not enroll. */
type Verdict =
  | { readonly kind: 'fault'; readonly fault: PolicyFault }
  | { readonly kind: 'holder'; readonly account: Account }

/**
 * Looks a device up in the list and its build in the table of versions. Where nobody has signed in, it becomes the
 * device of the account holder that the list names.
 * @throws ServiceError unavailable `device_list_unreadable`
 */
export const judgeDevice = async (
  db: Db,
  choices: FlowChoices,
  { device, account }: { readonly device: DeviceAttributes; readonly account: Account },
): Promise<Verdict> => {
  const fault = findVersionFault(choices, device)
  if (fault !== undefined) return { kind: 'fault', fault }
  if (choices.deviceList === undefined) return { kind: 'holder', account }
  const listed = await choices.deviceList.find(device)
  if (listed === undefined) {
    return refused('device_not_listed', 'the device is not on the list')
  }
  const { owner } = listed
  if (owner === null || nameKey(owner) === nameKey(account.name)) {
    return { kind: 'holder', account }
  }
  if (choices.requires !== 'device' || account.id !== choices.accountId) {
    return refused('device_of_another', 'the device is meant for somebody else')
  }
  const found = await findAccountByName(db, owner)
  if (found === undefined || found.disabledAt !== null) {
    return refused('device_owner_unknown', 'the device is meant for somebody who may not enroll')
  }
  const { passwordHash: _, ...other } = found
  return { kind: 'holder', account: other }
}

const refused = (code: PolicyFault['code'], detail: string): Verdict => ({
  kind: 'fault',
  fault: { code, detail },
})

const findVersionFault = (
  { minimumVersions }: FlowChoices,
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
