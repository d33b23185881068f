import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock } from '../../../test/harness.ts'
import { ProtocolError, ServiceError } from '../../errors.ts'
import { createWatch } from './connection.ts'

const outage = async (): Promise<never> => {
  throw new ServiceError('unavailable', 'outbound_failed', 'there was no answer')
}
const coded = (code: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === code

test('says how it went: never, well, badly, and well again', async () => {
  const clock = createTestClock(1000)
  const watch = createWatch(clock)
  assert.deepEqual(watch.connection(), {
    state: 'untried',
    since: undefined,
    lastSuccess: undefined,
    lastError: undefined,
  })
  assert.equal(await watch.run(async () => 1), 1)
  clock.advance(1)
  await assert.rejects(watch.run(outage))
  const lastError = { at: 1001, code: 'outbound_failed' }
  assert.deepEqual(watch.connection(), {
    state: 'down',
    since: 1001,
    lastSuccess: 1000,
    lastError,
  })
  clock.advance(5000)
  await watch.run(async () => 1)
  assert.deepEqual(watch.connection(), {
    state: 'up',
    since: 6001,
    lastSuccess: 6001,
    lastError,
  })
})

test('asks nothing for five seconds of a server that did not answer', async () => {
  const clock = createTestClock(0)
  const watch = createWatch(clock)
  await assert.rejects(watch.run(outage))
  const forbidden = async (): Promise<never> => assert.fail('it was asked')
  clock.advance(4999)
  await assert.rejects(watch.run(forbidden), coded('outbound_failed'))
  clock.advance(1)
  assert.equal(await watch.run(async () => 1), 1)
})

test('asks again at once where the clock was put back [proof R13]', async () => {
  const clock = createTestClock()
  const watch = createWatch(clock)
  await assert.rejects(watch.run(outage))
  clock.advance(-3_600_000)
  assert.equal(await watch.run(async () => 1), 1)
})

test('a wrong answer is told, and is no outage', async () => {
  const watch = createWatch(createTestClock(7))
  const wrong = async (): Promise<never> => {
    throw new ProtocolError('oidc_nonce', 'another nonce')
  }
  await assert.rejects(watch.run(wrong), coded('oidc_nonce'))
  assert.deepEqual(watch.connection(), {
    state: 'up',
    since: 7,
    lastSuccess: undefined,
    lastError: { at: 7, code: 'oidc_nonce' },
  })
  assert.equal(await watch.run(async () => 1), 1)
})

test('lets four wait, and no more', async () => {
  const watch = createWatch(createTestClock())
  const { promise, resolve } = Promise.withResolvers<void>()
  const four = Array.from({ length: 4 }, () => watch.run(() => promise))
  await assert.rejects(
    watch.run(async () => 1),
    coded('oidc_busy'),
  )
  resolve()
  await Promise.all(four)
  assert.equal(await watch.run(async () => 1), 1)
})
