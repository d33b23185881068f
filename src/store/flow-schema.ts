import type { AccountId, FlowId } from '../model/index.ts'

/** The tables of enrollment flows. */
export interface FlowTables {
  readonly flow: FlowTable
  readonly flow_device: FlowDeviceTable
}

interface FlowTable {
  id: FlowId
  name: string
  name_key: string
  spec: string
  account_id: AccountId | null
  revision: number
  created_at: number
  changed_at: number
  removed_at: number | null
}

interface FlowDeviceTable {
  flow_id: FlowId
  device_key: string
  device: string
  owner: string | null
  owner_key: string | null
}
