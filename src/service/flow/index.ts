import type { AccountId, FlowId, FlowSpec } from '../../model/index.ts'
import {
  type Flow,
  type ListedDevice,
  listDevicesOf,
  listFlows,
  type Page,
} from '../../store/index.ts'
import {
  type DeviceImport,
  type DevicesImported,
  importDevices,
  listDevices,
  removeDevice,
} from './devices.ts'
import {
  type Applied,
  applyFlow,
  createFlow,
  dropFlow,
  type FlowDoing,
  type FlowOptions,
  getFlow,
  updateFlow,
} from './flow.ts'

export { holderOfDevices, invitationNeeded, requireAdmitted } from './admit.ts'
export { createFlowBook, type FlowBook } from './book.ts'
export type { FlowChoices } from './choices.ts'
export { defaultChoices } from './default.ts'

/** Named sets of choices for enrollments, beside the one that the configuration describes. */
export interface FlowService {
  /** @throws ServiceError as `createFlow` */
  create(name: string, spec: FlowSpec, doing: FlowDoing): Promise<Flow>
  /** @throws ServiceError as `updateFlow` */
  change(name: string, to: Partial<FlowSpec>, doing: FlowDoing): Promise<Applied>
  /** @throws ServiceError as `applyFlow` */
  apply(name: string, spec: FlowSpec, doing: FlowDoing): Promise<Applied>
  /** @throws ServiceError as `dropFlow` */
  remove(name: string, doing: FlowDoing): Promise<Flow>
  /** @throws ServiceError not_found `flow_unknown` */
  get(name: string): Promise<Flow>
  /** Oldest first. */
  list(wanted: Page<FlowId>): Promise<readonly Flow[]>
  /** @throws ServiceError as `importDevices` */
  importDevices(name: string, order: DeviceImport, doing: FlowDoing): Promise<DevicesImported>
  /** @throws ServiceError as `removeDevice` */
  removeDevice(name: string, device: string, doing: FlowDoing): Promise<void>
  /** @throws ServiceError as `listDevices` */
  devices(
    name: string,
    wanted: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<readonly ListedDevice[]>
  /** What all lists have for an account holder. */
  devicesOf(id: AccountId): Promise<readonly { readonly flow: string; readonly device: string }[]>
}

export const createFlowService = (options: FlowOptions): FlowService => ({
  create: (name, spec, doing) => createFlow(options, { name, spec }, doing),
  change: (name, to, doing) => updateFlow(options, { name, to }, doing),
  apply: (name, spec, doing) => applyFlow(options, { name, spec }, doing),
  remove: (name, doing) => dropFlow(options, name, doing),
  get: (name) => getFlow(options, name),
  list: (wanted) => listFlows(options.db, wanted),
  importDevices: (name, order, doing) => importDevices(options, name, order, doing),
  removeDevice: (name, device, doing) => removeDevice(options, name, device, doing),
  devices: (name, wanted) => listDevices(options, name, wanted),
  devicesOf: (id) => listDevicesOf(options.db, id),
})
