import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Migration } from 'kysely/migration'

/** What the release before does not notice: new tables, new columns that nobody has to fill, their rows and indexes. */
const EXPANDING = [
  /^create table "?(\w+)/,
  /^create index /,
  /^alter table \S+ add column (?!.*\bnot null\b(?!.*\bdefault\b))(?!.*\b(?:unique|primary key|check)\b)/,
  /^update \S+ set /,
]

/** Statements of a migration that its name does not allow. @throws where the name says nothing of what it does */
export const findBreaches = async (name: string, migration: Migration): Promise<string[]> => {
  if (name === '0001-first' || /^\d{4}-[\w-]+-contract$/.test(name)) return []
  if (!/^\d{4}-[\w-]+-expand$/.test(name))
    return [`${name} ends neither with -expand nor -contract`]
  const statements = (
    await Promise.all(DATABASES.map((create) => statementsOf(create, migration)))
  ).flat()
  const added = statements.flatMap((text) => {
    const [, table, column] = /^alter table "?(\w+)"? add column "?(\w+)"? \w+$/.exec(text) ?? []
    return table === undefined ? [] : [`${table}.${column}`]
  })
  const created = statements.flatMap((text) => /^create table "?(\w+)/.exec(text)?.[1] ?? [])
  return statements.filter((text) => {
    // What is new, nobody else uses yet.
    const table = /^(?:insert into|delete from|create unique index \S+ on) "?(\w+)/.exec(text)?.[1]
    if (isUniqueAmong(text, added)) return false
    return !(created.includes(table ?? '') || EXPANDING.some((pattern) => pattern.test(text)))
  })
}

// Columns that the release before does not fill are null there, and no two nulls are the same to a unique index.
const isUniqueAmong = (text: string, added: readonly string[]): boolean => {
  const [, table, columns] = /^create unique index \S+ on "?(\w+)"? \(([\w, ]+)\)$/.exec(text) ?? []
  return columns?.split(', ').every((column) => added.includes(`${table}.${column}`)) ?? false
}

type Create = (log: (statement: string) => void) => Kysely<unknown>

const sqlite: Create = (log) =>
  new Kysely({
    dialect: {
      createDriver: () => new DummyDriver(),
      createAdapter: () => new SqliteAdapter(),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createIntrospector: (db) => new SqliteIntrospector(db),
    },
    log: ({ query }) => log(query.sql),
  })

const postgres: Create = (log) =>
  new Kysely({
    dialect: {
      createDriver: () => new DummyDriver(),
      createAdapter: () => new PostgresAdapter(),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (db) => new PostgresIntrospector(db),
    },
    log: ({ query }) => log(query.sql),
  })

const DATABASES: readonly Create[] = [sqlite, postgres]

const statementsOf = async (create: Create, migration: Migration): Promise<readonly string[]> => {
  const statements: string[] = []
  await migration.up(
    create((text) => statements.push(text.trim().replaceAll(/\s+/g, ' ').toLowerCase())),
  )
  return statements
}
