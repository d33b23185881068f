import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { openDatabase, readMove, refuseMoved } from '../../src/store/index.ts'
import { skipWithoutPostgres } from '../postgres.ts'
import { givenEnrollment } from '../rows.ts'
import { type Installation, move, openInstallation, readEverything } from './installation.ts'

const STEPS = 1_200

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url))

/** What has just been done when the move is killed: before the commit, and behind it. */
const MOMENTS = ['copied step', 'compared account', 'compared throttle']

/** A database with more steps than are copied at once. */
const fill = async ({ data, sqlite }: Installation): Promise<void> => {
  await mkdir(data)
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
  const { config, data, file, sqlite, postgres } = installation
  await fill(installation)
  const rows = await readEverything(sqlite)
  const env = { WINDFALL_DATA: data, WINDFALL_DATABASE__URL: postgres.url }

  for (const moment of MOMENTS) {
    const child = fork(CHILD, [moment], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const ended = once(child, 'exit')
    assert.deepEqual((await once(child, 'message')).slice(0, 1), ['reached'])
    child.kill('SIGKILL')
    await ended
    const there = await readEverything(postgres)
    const count = there.get('step')?.length
    const mark = await readMove(file)
    assert.ok(count === 0 || count === STEPS, `${moment}: ${count} of ${STEPS} steps`)
    assert.equal(count === STEPS, moment.startsWith('compared'))
    assert.equal(mark?.finishedAt, null)
    for (const [table, all] of rows) {
      if (count === STEPS) assert.deepEqual(there.get(table), all, table)
    }
    await assert.rejects(refuseMoved(config), { code: 'database_moving' })
  }
  await move(installation)

  assert.deepEqual(await readEverything(sqlite), rows)
  const moved = await readEverything(postgres)
  assert.equal(moved.get('audit')?.filter((row) => row.includes('database.move')).length, 1)
  await refuseMoved(config)
})
