import { isDeepStrictEqual } from 'node:util'
import { ServiceError } from '../../errors.ts'
import {
  type Executor,
  findAuditHead,
  formatRow,
  type Row,
  readRows,
  readTables,
  summarizeTables,
  type Table,
  type TableSummary,
  Tally,
  writeRows,
} from '../../store/index.ts'

/** Something that a move is at: how many rows of a table it has copied, or found in both databases. */
export interface MoveProgress {
  readonly step: 'copied' | 'compared'
  readonly table: string
  readonly rows: number
}

export interface Watch {
  readonly signal: AbortSignal
  onProgress(progress: MoveProgress): void
}

const EVERY = 50_000

/** Copies all rows, and compares what then stands in `to` with what was read. */
export const copyTables = async (from: Executor, to: Executor, watch: Watch): Promise<void> => {
  const tables = await readTables(from)
  if (!isDeepStrictEqual(await readTables(to), tables)) {
    throw new Error('the tables of the two databases are not the same')
  }
  const read: TableSummary[] = []
  for (const table of tables) read.push(await copyTable(from, to, { table, ...watch }))
  requireSame(read, await summarizeTables(to, tables))
}

const copyTable = async (
  from: Executor,
  to: Executor,
  { table, signal, onProgress }: Watch & { readonly table: Table },
): Promise<TableSummary> => {
  const tally = new Tally(table.name)
  let [rows, told] = [0, 0]
  for await (const batch of readRows(from, table)) {
    signal.throwIfAborted()
    await writeRows(to, table, batch)
    tally.add(batch.map(formatRow))
    rows += batch.length
    if (rows < told + EVERY) continue
    onProgress({ step: 'copied', table: table.name, rows })
    told = rows
  }
  if (rows > told || rows === 0) onProgress({ step: 'copied', table: table.name, rows })
  return tally.summary()
}

/**
 * Reads both databases once more. Lines of the audit that only `to` has at the end do not count: it tells of the move.
 * @throws ServiceError conflict `move_differs`
 */
export const compareTables = async (
  from: Executor,
  to: Executor,
  { signal, onProgress }: Watch,
): Promise<readonly TableSummary[]> => {
  const { seq: last = 0 } = (await findAuditHead(from)) ?? {}
  const summaries: TableSummary[] = []
  for (const table of await readTables(from)) {
    signal.throwIfAborted()
    const [there, here] = await Promise.all([
      summarizeTables(to, [table], isWithin(last)),
      summarizeTables(from, [table]),
    ])
    requireSame(here, there)
    summaries.push(...here)
    onProgress({ step: 'compared', table: table.name, rows: here[0]?.rows ?? 0 })
  }
  return summaries
}

const isWithin =
  (last: number) =>
  ({ name, columns }: Table, row: Row): boolean => {
    if (name !== 'audit') return true
    const seq = row[columns.findIndex((column) => column.name === 'seq')]
    return typeof seq === 'number' && seq <= last
  }

const requireSame = (here: readonly TableSummary[], there: readonly TableSummary[]): void => {
  const differing = here.find((summary, at) => !isDeepStrictEqual(summary, there[at]))
  if (differing === undefined) return
  const detail = `The other database does not hold the same rows in the table ${differing.table}.`
  throw new ServiceError('conflict', 'move_differs', detail)
}
