import type { MasterKey } from '../../keys/index.ts'
import type { AuditCheckpoint, AuditLink } from '../../model/index.ts'
import { type AuditFault, findLinkFault, type Position, rewritten, truncated } from './chain.ts'
import { isGenuine } from './checkpoint.ts'
import { type AuditVerdict, START } from './verify.ts'

/** What stands in an export: lines, and behind them the checkpoint of the last. */
export type AuditRecord = AuditLink | { readonly checkpoint: AuditCheckpoint }

/** Follows the chain of an export. Without a master key nobody can tell whether the checkpoint is genuine. */
export const verifyAuditExport = async (
  records: AsyncIterable<AuditRecord>,
  masterKey: MasterKey | undefined,
): Promise<AuditVerdict> => {
  let last: Position | undefined
  let pending: AuditLink | undefined
  let checkpoint: AuditCheckpoint | undefined
  let lines = 0
  let fault: AuditFault | undefined
  const judge = (next: AuditLink | undefined): void => {
    if (pending === undefined) return
    last ??= pending.seq === 1 ? START : beforeOf(pending)
    fault = findLinkFault(last, pending, next)
    if (fault !== undefined) return
    last = pending
    lines += 1
  }
  for await (const record of records) {
    if ('checkpoint' in record) {
      checkpoint = record.checkpoint
    } else {
      judge(record)
      pending = record
    }
    if (fault !== undefined) break
  }
  if (fault === undefined) judge(undefined)
  const end = last ?? START
  fault ??= findEndFault(end, checkpoint, masterKey)
  const { seq } = end
  const isComplete = fault === undefined
  return { lines, checkpoints: isComplete ? 1 : 0, seq, isComplete, fault }
}

// The first line of a piece is taken at its word.
const beforeOf = ({ seq, previousHash }: AuditLink): Position => ({
  seq: seq - 1,
  hash: previousHash,
  previousHash: '',
})

const findEndFault = (
  { seq, hash }: Position,
  checkpoint: AuditCheckpoint | undefined,
  masterKey: MasterKey | undefined,
): AuditFault | undefined => {
  if (checkpoint === undefined) return truncated(seq + 1, 'the checkpoint at the end is missing')
  if (checkpoint.seq !== seq)
    return truncated(seq + 1, `the checkpoint is of line ${checkpoint.seq}`)
  if (checkpoint.hash !== hash) return rewritten(seq, 'the checkpoint has another hash of it')
  if (masterKey === undefined || isGenuine(masterKey, checkpoint)) return undefined
  return rewritten(seq, 'the checkpoint was not made under this master key')
}
