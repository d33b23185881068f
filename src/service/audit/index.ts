import { ServiceError } from '../../errors.ts'
import type { AuditCheckpoint, AuditLine } from '../../model/index.ts'
import {
  type AuditFilter,
  type AuditMoment,
  type AuditRange,
  findAuditHead,
  findAuditRange,
  findAuditStart,
  insertAuditCheckpoint,
  listAudit,
  listAuditLines,
  retireAuditLines,
  transact,
} from '../../store/index.ts'
import { type Origin, recordAudit } from '../journal/index.ts'
import { type CheckpointOptions, checkpointOf, makeCheckpoint, startOf } from './checkpoint.ts'
import { type AuditVerdict, verifyAudit } from './verify.ts'

export type { AuditFilter, AuditMoment } from '../../store/index.ts'
export type { AuditVerdict } from './verify.ts'
export { type AuditRecord, verifyAuditExport } from './verify-file.ts'

/** What was done and refused. */
export interface AuditService {
  /** Newest first. */
  list(
    filter: AuditFilter & { readonly limit: number; readonly before?: AuditMoment | undefined },
  ): Promise<readonly AuditLine[]>
  /** In the order of the chain. */
  lines(range: AuditRange & { readonly limit: number }): Promise<readonly AuditLine[]>
  /**
   * The piece of the chain with everything of a time, and a checkpoint of its last line.
   * @throws ServiceError not_found `audit_empty` where there is nothing
   */
  beginExport(
    time: Pick<AuditFilter, 'from' | 'to'>,
  ): Promise<AuditRange & { readonly checkpoint: AuditCheckpoint }>
  /** Keeps a checkpoint of the last line, unless there is one. */
  checkpoint(): Promise<void>
  /** Follows the chain behind the line `after`. @throws ServiceError not_found `audit_line_unknown` */
  verify(piece: { readonly after: number; readonly limit: number }): Promise<AuditVerdict>
  /**
   * Removes lines at the beginning that are from before `before`, `limit` at most: the chain then begins behind them.
   * Returns how many; a line says so.
   */
  retire(old: { readonly before: number; readonly limit: number }): Promise<number>
  /** Writes down a request that was refused before any service saw it: malformed, oversized, without a token. */
  refused(action: string, code: string, origin: Origin): Promise<void>
}

export const createAuditService = (options: CheckpointOptions): AuditService => {
  const { db, clock } = options
  return {
    list: (filter) => listAudit(db, filter),
    lines: (range) => listAuditLines(db, range),
    beginExport: (time) => beginExport(options, time),
    checkpoint: () => makeCheckpoint(options),
    verify: (piece) => verifyAudit(options, piece),
    retire: (old) => retire(options, old),
    refused: (action, code, origin) =>
      recordAudit(db, {
        at: clock.now(),
        actor: 'stranger',
        action,
        outcome: 'refused',
        code,
        origin,
      }),
  }
}

const beginExport = async (
  options: CheckpointOptions,
  time: Pick<AuditFilter, 'from' | 'to'>,
): Promise<AuditRange & { readonly checkpoint: AuditCheckpoint }> => {
  const { db } = options
  const isAll = time.from === undefined && time.to === undefined
  const range = isAll
    ? { after: (await findAuditStart(db))?.seq ?? 0, upTo: (await findAuditHead(db))?.seq ?? 0 }
    : await findAuditRange(db, time)
  const { after = 0, upTo = 0 } = range ?? {}
  const [last] = await listAuditLines(db, { after: upTo - 1, upTo, limit: 1 })
  if (last === undefined) {
    throw new ServiceError('not_found', 'audit_empty', 'there are no lines of that time')
  }
  const checkpoint = checkpointOf(options, last)
  await insertAuditCheckpoint(db, checkpoint)
  return { after, upTo, checkpoint }
}

const retire = async (
  options: CheckpointOptions,
  { before, limit }: { readonly before: number; readonly limit: number },
): Promise<number> =>
  await transact(options.db, async (tx) => {
    let upTo = 0
    const lines = await retireAuditLines(tx, { before, limit }, (last) => {
      upTo = last.seq
      return startOf(options, last)
    })
    if (lines === 0) return 0
    await recordAudit(tx, {
      at: options.clock.now(),
      actor: 'system',
      action: 'audit.retire',
      outcome: 'done',
      detail: { upTo, lines, before },
      origin: undefined,
    })
    return lines
  })
