import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import pino from 'pino'
import { startRunner } from '../../src/jobs/index.ts'
import { createJobQueue } from '../../src/service/job/index.ts'
import { findJob, openDatabase, transact } from '../../src/store/index.ts'
import { dialects } from '../dialect.ts'
import { createTestClock } from '../harness.ts'
import { NOW } from '../rows.ts'

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url))
const logger = pino({ level: 'silent' })
const LEASE = 60_000

for (const dialect of dialects) {
  test(`a job whose server was killed is another’s once the lease is over (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    const clock = createTestClock(NOW)
    const id = await (async () => {
      await using database = await openDatabase(place.location)
      const { db } = database
      const queue = createJobQueue({ db, clock })
      return await transact(db, (tx) =>
        queue.enqueue(tx, { kind: 'mail', key: 'one', payload: {} }),
      )
    })()
    const child = fork(CHILD, [JSON.stringify(place.location), String(NOW)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const ended = once(child, 'exit')
    assert.deepEqual((await once(child, 'message')).slice(0, 1), ['begun'])
    child.kill('SIGKILL')
    await ended

    await using database = await openDatabase(place.location)
    const { db } = database
    const attempts: number[] = []
    await using runner = startRunner({
      queue: createJobQueue({ db, clock }),
      logger,
      handlers: new Map([
        [
          'mail',
          async (job) => {
            attempts.push(job.attempts)
            return { kind: 'done' }
          },
        ],
      ]),
    })
    clock.advance(LEASE - 1)
    await runner.drain()
    assert.deepEqual(attempts, [])
    clock.advance(1)
    await runner.drain()
    assert.deepEqual(attempts, [2])
    assert.equal((await findJob(db, id))?.outcome, 'done')
  })
}
