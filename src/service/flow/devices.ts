import { ServiceError } from '../../errors.ts'
import {
  deleteFlowDevice,
  deleteFlowDevices,
  type Executor,
  type Flow,
  holdFlow,
  type ListedDevice,
  listFlowDevices,
  putFlowDevices,
  transact,
} from '../../store/index.ts'
import { recordAudit } from '../journal/index.ts'
import { type FlowDoing, type FlowOptions, getFlow } from './flow.ts'

/** Devices to be put on the list of a flow. */
export interface DeviceImport {
  readonly devices: readonly ListedDevice[]
  /** Whether those that were on it before are taken off. */
  readonly isWhole: boolean
}

/** What a list came to, in devices. */
export interface DevicesImported {
  readonly listed: number
  readonly removed: number
}

/**
 * Puts devices on the list of a flow, all of them or none; of one that is on it, the owner is changed. A change counts
 * at once, also for devices that are under way.
 * @throws ServiceError not_found `flow_unknown`; conflict `flow_without_list`
 */
export const importDevices = async (
  options: FlowOptions,
  name: string,
  { devices, isWhole }: DeviceImport,
  doing: FlowDoing,
): Promise<DevicesImported> => {
  const { db } = options
  const flow = await getFlow(options, name)
  requireList(flow)
  if (doing.isTrial) return { listed: devices.length, removed: 0 }
  return await transact(db, async (tx) => {
    await holdFlow(tx, flow.id)
    const removed = isWhole ? await deleteFlowDevices(tx, flow.id) : 0
    await putFlowDevices(tx, flow.id, devices)
    const detail = { listed: devices.length, removed, isWhole }
    await record(tx, options, { ...doing, flow, action: 'flow.list_devices', detail })
    return { listed: devices.length, removed }
  })
}

/** @throws ServiceError not_found `flow_unknown`, `device_not_listed` */
export const removeDevice = async (
  options: FlowOptions,
  name: string,
  device: string,
  doing: FlowDoing,
): Promise<void> => {
  const flow = await getFlow(options, name)
  await transact(options.db, async (tx) => {
    if (!(await deleteFlowDevice(tx, flow.id, device))) {
      throw new ServiceError('not_found', 'device_not_listed', 'the device is not on the list')
    }
    const detail = { removed: 1 }
    await record(tx, options, { ...doing, flow, action: 'flow.unlist_device', detail })
  })
}

/** In the order of their identifiers, those behind `after`. @throws ServiceError not_found `flow_unknown` */
export const listDevices = async (
  options: FlowOptions,
  name: string,
  wanted: { readonly limit: number; readonly after?: string | undefined },
): Promise<readonly ListedDevice[]> =>
  await listFlowDevices(options.db, (await getFlow(options, name)).id, wanted)

const requireList = ({ spec }: Flow): void => {
  if (spec.requires !== 'person') return
  const detail = 'this flow asks for no device: any may enroll by it'
  throw new ServiceError('conflict', 'flow_without_list', detail)
}

// The audit cannot forget: it says how many, and not which.
const record = async (
  tx: Executor,
  { clock }: FlowOptions,
  {
    flow,
    action,
    detail,
    by,
    reason,
  }: FlowDoing & {
    readonly flow: Flow
    readonly action: string
    readonly detail: Readonly<Record<string, number | boolean>>
  },
): Promise<void> =>
  await recordAudit(tx, {
    at: clock.now(),
    actor: by.name,
    action,
    outcome: 'done',
    subject: flow.id,
    reason,
    detail,
    origin: by.origin,
  })
