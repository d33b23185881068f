import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openDatabase, readMove } from '../../src/store/index.ts'
import { start, succeed } from '../cli/windfall.ts'
import { startTestServer } from '../harness.ts'
import { skipWithoutPostgres } from '../postgres.ts'
import { givenEnrollment } from '../rows.ts'
import { type Installation, openInstallation, readEverything } from './installation.ts'

const STEPS = 6_000

/** What the command says just before it is killed. */
const MOMENTS = [
  /copied enrollment/,
  /copied step/,
  /copied throttle/,
  /compared account/,
  /compared throttle/,
]

/** An installation with so many steps that copying takes its time. */
const fill = async ({ data, sqlite }: Installation): Promise<void> => {
  await (await startTestServer({ data }))[Symbol.asyncDispose]()
  await using database = await openDatabase(sqlite)
  const enrollment = await givenEnrollment(database.db)
  await sql`with recursive n(n) as (select 1 union all select n + 1 from n where n < ${STEPS})
    insert into step (id, enrollment_id, at, code, outcome, summary, detail)
    select 'stp_' || n, ${enrollment}, n, 'offered', 'ok', 'Größe 🍎 ' || n, '{}' from n`.execute(
    database.db,
  )
}

test('kill -9 at any moment of a move: never half a database, never two that serve, and it is finished by calling it again', {
  skip: skipWithoutPostgres,
  timeout: 55_000,
}, async () => {
  await using installation = await openInstallation()
  const { data, file, sqlite, postgres } = installation
  await fill(installation)
  const rows = await readEverything(sqlite)
  const url = join(data, 'url')
  await writeFile(url, `${postgres.url}\n`)
  const args = ['migrate', '--to-file', url, '--data', data]

  for (const moment of MOMENTS) {
    await using command = start(args)
    await command.until('stderr', moment)
    command.signal('SIGKILL')
    const { code } = await command.ended
    assert.notEqual(code, 1, `${moment}`)
    const there = await readEverything(postgres)
    const count = there.get('step')?.length
    const move = await readMove(file)
    assert.ok(count === 0 || count === STEPS, `${moment}: ${count} of ${STEPS} steps`)
    // Where everything is there, the file is marked.
    assert.ok(count === 0 || move !== undefined, `${moment}`)
    for (const [table, all] of rows) {
      if (count === STEPS && table !== 'audit') assert.deepEqual(there.get(table), all, table)
    }
    if (move !== undefined && move.finishedAt !== null) assert.equal(count, STEPS)
  }
  const { finishedAt = null } = (await readMove(file)) ?? {}
  if (finishedAt === null) await succeed(args)

  assert.deepEqual(await readEverything(sqlite), rows)
  const moved = await readEverything(postgres)
  assert.equal(moved.get('audit')?.filter((row) => row.includes('database.move')).length, 1)
  await using server = await startTestServer({ data, location: postgres })
  assert.equal((await server.enroll()).kind, 'configured')
})
