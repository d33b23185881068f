import assert from 'node:assert/strict'
import { copyFile, mkdtempDisposable, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { openDatabase, readRows, readTables } from '../../src/store/index.ts'
import { addAnna, temporaryDirectory, windfall } from '../cli/windfall.ts'
import { startTestServer } from '../harness.ts'
import { givenEnrollment } from '../rows.ts'

const PAGE = 4096

const stack = new AsyncDisposableStack()
let directory: string
/** A database that was closed, its bytes and its rows. */
let good: Buffer
let rows: readonly string[]

const place = (name: string): string => join(directory, name)

before(async () => {
  directory = stack.use(await mkdtempDisposable(join(tmpdir(), 'windfall-fault-'))).path
  const file = place('good.db')
  {
    await using database = await openDatabase({ kind: 'sqlite', file })
    for (let count = 0; count < 60; count++)
      await givenEnrollment(database.db, 1_800_000_000_000 + count)
  }
  good = await readFile(file)
  rows = await readAll(file)
})

after(() => stack.disposeAsync())

/** Every row; throws what opening or reading throws. */
const readAll = async (file: string): Promise<readonly string[]> => {
  await using database = await openDatabase({ kind: 'sqlite', file })
  const all: string[] = []
  for (const table of await readTables(database.db)) {
    for await (const some of readRows(database.db, table)) {
      all.push(...some.map((row) => `${table.name} ${JSON.stringify(row)}`))
    }
  }
  return all
}

const CORRUPT = { code: 'database_corrupt' }

test('a byte changed in the head of the file or of a page is seen, or changes nothing [proof R8]', async () => {
  // Of the file; of each page its kind, its first free block, its cells and where they begin, and two of them.
  const head = [0, 16, 17, 18, 19, 20, 28, 30, 31, 44, 47, 52, 56, 59]
  const pages = Array.from(
    { length: good.length / PAGE },
    (_, page) => page * PAGE + (page === 0 ? 100 : 0),
  )
  const places = [...head, ...pages.flatMap((page) => [0, 3, 4, 5, 6, 8, 9].map((at) => page + at))]
  const file = place('flipped.db')
  let seen = 0
  for (const at of places) {
    const changed = Buffer.from(good)
    changed[at] = (changed[at] ?? 0) ^ 0x11
    await writeFile(file, changed)
    const outcome = await readAll(file).catch((error: unknown) => error)
    if (Array.isArray(outcome)) assert.deepEqual(outcome, rows, String(at))
    else {
      assert(outcome instanceof Error && 'code' in outcome, String(outcome))
      assert.equal(outcome.code, 'database_corrupt', `${at}: ${outcome}`)
      seen += 1
    }
  }
  assert(seen > places.length / 2, `${seen} of ${places.length}`)
})

test('a file that was cut is refused [proof R8]', async () => {
  const file = place('cut.db')
  for (const length of [
    1,
    99,
    PAGE - 1,
    PAGE,
    good.length / 2,
    good.length - PAGE,
    good.length - 1,
  ]) {
    await writeFile(file, good.subarray(0, length))
    await assert.rejects(openDatabase({ kind: 'sqlite', file }), CORRUPT, String(length))
  }
})

test('an older file under a newer log is refused, and so is the log of another database [proof R8]', async () => {
  const [own, other] = [place('own.db'), place('other.db')]
  for (const file of [own, other]) {
    await writeFile(file, good)
    await using database = await openDatabase({ kind: 'sqlite', file })
    const { db } = database
    for (let count = 0; count < 200; count++) await givenEnrollment(db, 1_800_000_100_000 + count)
    await sql`pragma wal_checkpoint(truncate)`.execute(db)
    for (let count = 0; count < 20; count++) await givenEnrollment(db, 1_800_000_200_000 + count)
    // What a kill would leave.
    await copyFile(`${file}-wal`, `${file}-log`)
  }
  const file = place('mixed.db')
  for (const [name, bytes, log] of [
    ['an older file', good, `${own}-log`],
    ['another log', await readFile(own), `${other}-log`],
  ] as const) {
    await rm(`${file}-wal`, { force: true })
    await writeFile(file, bytes)
    await copyFile(log, `${file}-wal`)
    await assert.rejects(openDatabase({ kind: 'sqlite', file }), CORRUPT, name)
  }
})

test('a server makes no second CA where its database is gone or empty [proof R8]', async () => {
  await using data = await mkdtempDisposable(join(tmpdir(), 'windfall-fault-'))
  {
    await using _ = await startTestServer({ data: data.path })
  }
  const file = join(data.path, 'windfall.db')
  await truncate(file)
  await assert.rejects(startTestServer({ data: data.path }), { code: 'database_lost' })
  await rm(file)
  await assert.rejects(startTestServer({ data: data.path }), { code: 'database_lost' })
})

test('says at the command line what is wrong with the database and what to do [proof R8]', async () => {
  await using directory = await temporaryDirectory()
  const data = directory.path
  await addAnna(data)
  await writeFile(join(data, 'windfall.db'), good.fill(0, 0, 16))
  const { code, stderr } = await windfall(['serve', '--data', data, '--listen', '127.0.0.1:0'])
  assert.equal(code, 6)
  assert.match(stderr, /database_corrupt.*\n {2}hint: .*windfall restore/)
})
