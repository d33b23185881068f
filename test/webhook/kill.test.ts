import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { dialects } from '../dialect.ts'
import { HANG, type Receiver, startReceiver, TAKE } from './receiver.ts'

const CHILD = join(import.meta.dirname, 'child.ts')
/** Longer than the lease of a job. */
const LATER = 2 * 60_000

interface Life {
  readonly data: string
  readonly database: string | undefined
  readonly receiver: Receiver
  /** Undefined: it was added before. */
  readonly hook?: string
  readonly steps: number
  readonly later: number
}

/** A server that lives as long as `during` takes, and is killed then. @returns the enrollments that it began */
const live = async (
  { data, database, receiver, hook, steps, later }: Life,
  during: () => Promise<void>,
): Promise<readonly string[]> => {
  const child = fork(CHILD, [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      WINDFALL_DATA: data,
      WINDFALL_LISTEN: '127.0.0.1:0',
      WINDFALL_OPS__LISTEN: 'off',
      ...(database === undefined ? {} : { WINDFALL_DATABASE__URL: database }),
      ...receiver.env,
      // Long enough to be killed in it.
      WINDFALL_OUTBOUND__TIMEOUT_SECONDS: '10',
      CHILD_HOOK: hook ?? '',
      CHILD_STEPS: String(steps),
      CHILD_LATER: String(later),
    },
  })
  const ended = once(child, 'exit')
  const [begun]: unknown[] = await Promise.race([
    once(child, 'message'),
    ended.then(() => assert.fail('it ended by itself')),
  ])
  await during()
  child.kill('SIGKILL')
  await ended
  assert.ok(Array.isArray(begun))
  return begun.map(String)
}

for (const dialect of dialects) {
  test(`a server that was killed tells after its restart what it had not (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'windfall-webhook-'))
    await using place = await dialect.create()
    await using receiver = await startReceiver()
    const { location } = place
    const database = location.kind === 'postgres' ? location.url : undefined
    const shared = { data: folder.path, database, receiver }
    // Killed while a receiver keeps it waiting, and with steps that nobody was told of yet.
    receiver.behave(HANG)
    const first = { ...shared, hook: receiver.url, steps: 9, later: 0 }
    const begun = [...(await live(first, () => receiver.has(1)))]
    const before = receiver.received.length
    // Killed at once after the steps.
    const second = { ...shared, steps: 3, later: 0 }
    begun.push(...(await live(second, async () => {})))

    receiver.behave(TAKE)
    const told = () =>
      new Set(receiver.received.slice(before).map(({ body }) => JSON.parse(body).subject))
    const wanted = begun.length + 1
    await live({ ...shared, steps: 1, later: LATER }, async () => {
      for (let count = before; told().size < wanted; count++) await receiver.has(count + 1)
    })
    assert.equal(told().size, 9 + 3 + 1)
    for (const id of begun) assert.ok(told().has(id))
    // Told twice is what was under way, and it is known by its id.
    const ids = receiver.received.map(({ id }) => id)
    assert.equal(new Set(ids).size, wanted)
    assert.ok(ids.length - wanted <= 4 + 4, `${ids.length}`)
  })
}
