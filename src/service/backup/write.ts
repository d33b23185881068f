import { open, readFile } from 'node:fs/promises'
import { sealWithPassphrase } from '../../keys/index.ts'
import {
  type DatabaseLocation,
  formatRow,
  listMigrationsDone,
  readConsistently,
  readRows,
  readTables,
  type TableSummary,
  Tally,
} from '../../store/index.ts'
import { formatItem, type Item } from './content.ts'
import type { KeptFile } from './kept-file.ts'

/** What goes into a backup, and where the backup goes. */
export interface WriteOrder {
  readonly location: DatabaseLocation
  readonly takenAt: number
  readonly files: readonly KeptFile[]
  readonly passphrase: string
  /** A file that does not exist. */
  readonly to: string
}

/** Writes a backup and flushes it to disk; returns what is in it, table by table. */
export const writeBackup = async (order: WriteOrder): Promise<readonly TableSummary[]> => {
  await using file = await open(order.to, 'wx', 0o600)
  const summaries: TableSummary[] = []
  await readConsistently(order.location, async (tx) => {
    const items = itemsOf(tx, order, summaries)
    for await (const piece of sealWithPassphrase(order.passphrase, encode(items))) {
      await file.writeFile(piece)
    }
  })
  await file.sync()
  return summaries
}

async function* encode(items: AsyncIterable<Item>): AsyncGenerator<Uint8Array> {
  for await (const item of items) yield Buffer.from(formatItem(item))
}

async function* itemsOf(
  tx: Parameters<typeof readTables>[0],
  { location, takenAt, files }: WriteOrder,
  summaries: TableSummary[],
): AsyncGenerator<Item> {
  yield {
    kind: 'head',
    takenAt,
    database: location.kind,
    migrations: [...(await listMigrationsDone(tx))],
    files: await Promise.all(files.map(keep)),
  }
  for (const table of await readTables(tx)) {
    yield { kind: 'table', table }
    const tally = new Tally(table.name)
    for await (const rows of readRows(tx, table)) {
      const lines = rows.map(formatRow)
      tally.add(lines)
      yield { kind: 'rows', lines }
    }
    summaries.push(tally.summary())
  }
  yield { kind: 'manifest', tables: summaries }
}

const keep = async ([name, path]: KeptFile) => ({
  name,
  content: (await readFile(path)).toString('base64'),
})
