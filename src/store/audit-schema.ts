import type { AuditActor } from '../model/index.ts'

/** The tables of the audit's chain. */
export interface AuditTables {
  readonly audit: AuditTable
  readonly audit_checkpoint: AuditCheckpointTable
  readonly audit_head: AuditHeadTable
  readonly audit_start: AuditStartTable
}

interface AuditTable {
  seq: number
  at: number
  actor_kind: AuditActor['kind']
  actor_id: string | null
  action: string
  subject: string | null
  outcome: string
  code: string | null
  reason: string | null
  before: string
  after: string
  detail: string
  remote_address: string | null
  request_id: string | null
  previous_hash: string
  hash: string
}

/** One row: the last line of the chain, which whoever appends to it holds. */
interface AuditHeadTable {
  id: 1
  seq: number
  hash: string
}

interface AuditCheckpointTable {
  seq: number
  at: number
  hash: string
  mac: string
}

/** The line that was the last of those that were removed from the beginning. */
interface AuditStartTable extends AuditCheckpointTable {}
