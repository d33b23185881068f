import assert from 'node:assert/strict'
import { test } from 'node:test'
import pino from 'pino'
import { dialects, testOnDialects } from '../../test/dialect.ts'
import { createTestClock } from '../../test/harness.ts'
import { NOW } from '../../test/rows.ts'
import { ServiceError } from '../errors.ts'
import { createJobQueue, type JobHandler } from '../service/job/index.ts'
import { type Db, findJob, openDatabase, transact } from '../store/index.ts'
import { startRunner } from './runner.ts'

const MINUTE = 60_000
const logger = pino({ level: 'silent' })

const openStage = (db: Db, handlers: Readonly<Record<string, JobHandler>>) => {
  const clock = createTestClock(NOW)
  const queue = createJobQueue({ db, clock })
  const runner = startRunner({ queue, logger, handlers: new Map(Object.entries(handlers)) })
  const enqueue = (key: string, kind = 'mail') =>
    transact(db, (tx) => queue.enqueue(tx, { kind, key, payload: { key } }))
  return { clock, queue, runner, enqueue }
}

testOnDialects('a job runs once its cause has committed, and never without', async (db) => {
  const ran: string[] = []
  const { queue, runner, enqueue } = openStage(db, {
    mail: async (job) => {
      ran.push(job.key)
      return { kind: 'done' }
    },
  })
  await using _ = runner
  await runner.drain()
  const undone = transact(db, async (tx) => {
    await queue.enqueue(tx, { kind: 'mail', key: 'undone', payload: {} })
    throw new Error('the cause did not come to pass')
  })
  await assert.rejects(undone)
  const id = await enqueue('done')
  // Nobody has to look for it.
  while (ran.length === 0) await new Promise((resolve) => setImmediate(resolve))
  await runner.drain()
  assert.deepEqual(ran, ['done'])
  assert.equal((await findJob(db, id))?.outcome, 'done')
})

testOnDialects(
  'what goes wrong is tried again, ever more rarely, and given up after three days',
  async (db) => {
    const codes = ['unreachable', 'internal', 'mail_refused']
    const over: boolean[] = []
    let runs = 0
    const { clock, runner, enqueue } = openStage(db, {
      mail: async () => {
        runs += 1
        if (runs === 1)
          throw new ServiceError('unavailable', 'unreachable', 'away', { retryAfter: 300 })
        if (runs === 2) throw new TypeError('a bug')
        const record = async (_: unknown, { isOver }: { readonly isOver: boolean }) => {
          over.push(isOver)
        }
        return { kind: 'retry', code: 'mail_refused', record }
      },
    })
    await using _ = runner
    const id = await enqueue('one')
    await runner.drain()
    // It asked for five minutes.
    clock.advance(5 * MINUTE - 1)
    await runner.drain()
    assert.equal(runs, 1)
    for (const [index, code] of codes.entries()) {
      const job = await findJob(db, id)
      assert.deepEqual([job?.lastErrorCode, job?.attempts], [code, index + 1])
      clock.advance(6 * MINUTE)
      await runner.drain()
    }
    const start = clock.now()
    while ((await findJob(db, id))?.finishedAt === null) {
      clock.advance(60 * MINUTE)
      await runner.drain()
    }
    const days = (clock.now() - start) / (24 * 60 * MINUTE)
    assert.ok(days > 2 && days < 4, `${days} days`)
    assert.deepEqual([over.at(-1), over.filter(Boolean).length], [true, 1])
    assert.equal((await findJob(db, id))?.outcome, 'failed')
  },
)

testOnDialects(
  'what cannot be done ends at once, with what is written down about it',
  async (db) => {
    const { runner, enqueue, queue } = openStage(db, {
      mail: async () => ({
        kind: 'failed',
        code: 'mail_refused',
        record: async (tx) => {
          await queue.enqueue(tx, { kind: 'other', key: 'told', payload: {} })
        },
      }),
    })
    await using _ = runner
    const id = await enqueue('one')
    await runner.drain()
    const { outcome, lastErrorCode } = (await findJob(db, id)) ?? {}
    assert.deepEqual(
      { outcome, lastErrorCode },
      { outcome: 'failed', lastErrorCode: 'mail_refused' },
    )
    assert.equal((await queue.take('other'))?.job.key, 'told')
  },
)

testOnDialects(
  'one kind of job does not wait for another, and few of a kind run at once',
  async (db) => {
    const { promise: open, resolve } = Promise.withResolvers<void>()
    let [atOnce, most] = [0, 0]
    const { runner, enqueue } = openStage(db, {
      slow: async () => {
        atOnce += 1
        most = Math.max(most, atOnce)
        await open
        atOnce -= 1
        return { kind: 'done' }
      },
      mail: async () => {
        resolve()
        return { kind: 'done' }
      },
    })
    await using _ = runner
    for (let at = 0; at < 10; at++) await enqueue(`${at}`, 'slow')
    while (most < 4) await new Promise((next) => setImmediate(next))
    await enqueue('quick')
    await runner.drain()
    assert.equal(most, 4)
  },
)

testOnDialects('a stop waits for what is under way and takes nothing more', async (db) => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const { promise: open, resolve } = Promise.withResolvers<void>()
  const stage = openStage(db, {
    mail: async () => {
      begin()
      await open
      return { kind: 'done' }
    },
  })
  const first = await stage.enqueue('first')
  await begun
  const stopped = stage.runner[Symbol.asyncDispose]()
  const second = await stage.enqueue('second')
  resolve()
  await stopped
  assert.equal((await findJob(db, first))?.outcome, 'done')
  const { attempts, finishedAt } = (await findJob(db, second)) ?? {}
  assert.deepEqual({ attempts, finishedAt }, { attempts: 0, finishedAt: null })
})

for (const dialect of dialects) {
  test(`two servers never do one job at once (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using one = await openDatabase(place.location)
    // SQLite has one server: its two runners share a connection.
    const isShared = place.location.kind === 'sqlite'
    await using other = isShared ? undefined : await openDatabase(place.location)
    const under = new Set<string>()
    const done: string[] = []
    const mail: JobHandler = async (job) => {
      assert.equal(under.has(job.key), false)
      under.add(job.key)
      await new Promise((resolve) => setImmediate(resolve))
      under.delete(job.key)
      done.push(job.key)
      return { kind: 'done' }
    }
    const first = openStage(one.db, { mail })
    const second = openStage((other ?? one).db, { mail })
    await using _ = first.runner
    await using __ = second.runner
    const keys = Array.from({ length: 100 }, (___, at) => `${at}`)
    await Promise.all(keys.map((key) => first.enqueue(key)))
    await Promise.all([first.runner.drain(), second.runner.drain()])
    await first.runner.drain()
    assert.deepEqual(done.toSorted(), keys.toSorted())
  })
}
