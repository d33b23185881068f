import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { loadMasterKey } from '../../src/keys/index.ts'
import type { AuditVerdict } from '../../src/service/audit/index.ts'
import { openDatabase } from '../../src/store/index.ts'
import { persist } from '../crash/honest-device.ts'
import type { Records } from '../crash/ledger.ts'
import { openPair, skipWithoutPair } from '../crash/pair.ts'
import { openStage } from '../crash/stage.ts'
import { dialects } from '../dialect.ts'
import { request } from '../request.ts'
import { createAudit } from './chain.ts'

const KILLS = 3
const AT_ONCE = 8
const NONSENSE = { method: 'POST', body: 'nonsense' } as const

/** Nobody may hold a SQLite database meanwhile. */
const verify = async ({ location, data }: Records): Promise<AuditVerdict> => {
  await using database = await openDatabase(location)
  const audit = createAudit(database.db, loadMasterKey(join(data, 'master.key')))
  return await audit.verify({ after: 0, limit: 1_000_000 })
}

for (const dialect of dialects) {
  test(`kill -9 amid refusals leaves a chain that is good and has every refusal that was answered (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using stage = await openStage(dialect)
    const { server, site, records } = stage
    let left = KILLS
    let answered = 0
    const kill = async (): Promise<void> => {
      for (; left > 0; left -= 1) {
        await server.ready()
        await setTimeout(20 + Math.random() * 200)
        await server.kill()
      }
    }
    const knock = async (): Promise<void> => {
      while (left > 0) {
        const { status } = await persist(site, '/profile', () => NONSENSE)
        assert.equal(status, 400)
        answered += 1
      }
    }
    await Promise.all([kill(), ...Array.from({ length: AT_ONCE }, knock)])
    await server[Symbol.asyncDispose]()

    const { fault, lines, isComplete } = await verify(records)
    assert.deepEqual([fault, isComplete], [undefined, true])
    assert.ok(answered > 0)
    // The account of the stage is a line, too.
    assert.ok(
      lines > answered && lines <= 1 + answered + site.tally.lost,
      `${lines} of ${answered}`,
    )
  })
}

test('200 refusals at once at two processes on one PostgreSQL database make one chain without gaps', {
  skip: skipWithoutPair,
}, async () => {
  await using pair = await openPair({ patience: 20_000 })
  const { left, right, records } = pair
  const { lines: before } = await verify(records)

  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      request({ url: (i % 2 === 0 ? left : right).url, roots: [] }, '/profile', NONSENSE),
    ),
  )

  assert.ok(answers.every(({ status }) => status === 400))
  const { fault, lines, isComplete } = await verify(records)
  assert.deepEqual([fault, isComplete, lines], [undefined, true, before + 200])
})
