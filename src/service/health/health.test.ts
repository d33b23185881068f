import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { ServiceError } from '../../errors.ts'
import { createHealth } from './health.ts'

const START = Date.UTC(2026, 10, 21)

/** One check whose outcome and time the test decides. */
const open = (run: () => Promise<void>, deadlineMs?: number) => {
  let now = 0
  const health = createHealth({
    clock: { now: () => START + now },
    now: () => now,
    checks: [{ name: 'upstream', run }],
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  })
  const advance = (milliseconds: number): void => {
    now += milliseconds
  }
  return { health, advance }
}

test('a report is good for a second, whoever asks and however often', async () => {
  let runs = 0
  const { health, advance } = open(async () => void runs++)
  await Promise.all([health.report(), health.report()])
  advance(999)
  await health.report()
  assert.equal(runs, 1)
  advance(1)
  await health.report()
  assert.equal(runs, 2)
})

test('what failed is named, with the code and the time of its last error and last success', async () => {
  let isUp = true
  const { health, advance } = open(async () => {
    if (!isUp) throw new ServiceError('unavailable', 'upstream_down', 'postgres://a:SECRET@b')
  })
  assert.deepEqual((await health.report()).failed, [])
  isUp = false
  advance(1_000)
  const { isReady, failed, checks } = await health.report()
  assert.equal(isReady, false)
  assert.deepEqual(failed, ['upstream'])
  assert.deepEqual(checks, [
    {
      ...{ name: 'upstream', isOk: false, milliseconds: 0 },
      ...{ state: 'down', since: START + 1_000 },
      lastSuccess: START,
      lastError: { at: START + 1_000, code: 'upstream_down' },
    },
  ])
  isUp = true
  advance(1_000)
  const after = await health.report()
  assert.equal(after.isReady, true)
  assert.deepEqual(after.checks[0]?.lastError, { at: START + 1_000, code: 'upstream_down' })
})

test('a text is never taken for a code', async () => {
  const error = Object.assign(new Error('SECRET'), { code: 'password SECRET is wrong' })
  const { health } = open(() => Promise.reject(error))
  assert.equal((await health.report()).checks[0]?.lastError?.code, 'failed')
})

test('a check that hangs fails at its deadline and is not begun a second time', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  let runs = 0
  const { health, advance } = open(async () => {
    runs++
    await promise
  }, 1)
  assert.equal((await health.report()).checks[0]?.lastError?.code, 'timed_out')
  advance(1_000)
  assert.deepEqual((await health.report()).failed, ['upstream'])
  assert.equal(runs, 1)
  resolve()
  await setImmediate()
  advance(1_000)
  assert.equal((await health.report()).isReady, true)
  assert.equal(runs, 2)
})

test('a server that is about to stop is not ready, whatever its checks say', async () => {
  const { health } = open(async () => {})
  assert.equal((await health.report()).isReady, true)
  health.stop()
  const { isReady, failed } = await health.report()
  assert.deepEqual({ isReady, failed }, { isReady: false, failed: ['stopping'] })
})
