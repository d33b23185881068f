import { createReadStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import {
  formatItem,
  type Head,
  type Item,
  parseItems,
  parseRow,
} from '../../src/service/backup/content.ts'
import {
  type Db,
  type Executor,
  formatRow,
  readRows,
  readTables,
  summarizeTables,
  type Table,
  type TableSummary,
  writeRows,
} from '../../src/store/index.ts'

/** Rows in every table of an earlier schema, as a server of that time wrote them: the lines of a backup, unsealed. */
export interface Snapshot {
  readonly head: Head
  readonly tables: readonly Table[]
  readonly summaries: readonly TableSummary[]
  /** Writes all rows into the tables of that schema. */
  load(db: Executor): Promise<void>
}

const fileOf = (schema: string): string =>
  fileURLToPath(new URL(`../fixtures/schema/${schema}.ndjson`, import.meta.url))

export const readSnapshot = async (schema: string): Promise<Snapshot> => {
  const items: Item[] = []
  for await (const item of parseItems(createReadStream(fileOf(schema)))) items.push(item)
  const [head] = items
  const manifest = items.at(-1)
  if (head?.kind !== 'head' || manifest?.kind !== 'manifest') throw new Error('no snapshot')
  return {
    head,
    tables: items.flatMap((item) => (item.kind === 'table' ? [item.table] : [])),
    summaries: manifest.tables,
    async load(db) {
      let table: Table | undefined
      for (const item of items) {
        if (item.kind === 'table') table = item.table
        const of = table
        if (item.kind !== 'rows' || of === undefined) continue
        await writeRows(
          db,
          of,
          item.lines.map((line) => parseRow(line, of)),
        )
      }
    },
  }
}

/** Writes what stands in a database as the snapshot of its schema. */
export const writeSnapshot = async (
  db: Db,
  { schema, takenAt, masterKeyFile }: { schema: string; takenAt: number; masterKeyFile: string },
): Promise<void> => {
  const content = (await readFile(masterKeyFile)).toString('base64')
  const files = [{ name: 'master.key', content }]
  const items: Item[] = [{ kind: 'head', takenAt, database: 'sqlite', migrations: [schema], files }]
  const tables = await readTables(db)
  for (const table of tables) {
    items.push({ kind: 'table', table })
    for await (const rows of readRows(db, table)) {
      items.push({ kind: 'rows', lines: rows.map(formatRow) })
    }
  }
  items.push({ kind: 'manifest', tables: await summarizeTables(db, tables) })
  await writeFile(fileOf(schema), items.map(formatItem).join(''))
}
