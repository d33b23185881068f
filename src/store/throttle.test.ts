import assert from 'node:assert/strict'
import { testOnDialects } from '../../test/dialect.ts'
import { NOW } from '../../test/rows.ts'
import { clearAttempts, countAttempt, readAttempts } from './throttle.ts'

const WINDOW = 60_000

testOnDialects('counts attempts until the window is over', async (db) => {
  assert.deepEqual(await countAttempt(db, 'a', NOW, WINDOW), { count: 1, retryAfterMs: WINDOW })
  const second = { count: 2, retryAfterMs: WINDOW - 10 }
  assert.deepEqual(await countAttempt(db, 'a', NOW + 10, WINDOW), second)
  assert.deepEqual(await readAttempts(db, 'a', NOW + 10, WINDOW), second)

  const last = NOW + WINDOW - 1
  assert.deepEqual(await countAttempt(db, 'a', last, WINDOW), { count: 3, retryAfterMs: 1 })
  const over = NOW + WINDOW
  assert.deepEqual(await readAttempts(db, 'a', over, WINDOW), { count: 0, retryAfterMs: 0 })
  assert.deepEqual(await countAttempt(db, 'a', over, WINDOW), { count: 1, retryAfterMs: WINDOW })
})

testOnDialects('loses no attempt of many at once', async (db) => {
  const attempts = await Promise.all(
    Array.from({ length: 20 }, () => countAttempt(db, 'a', NOW, WINDOW)),
  )
  const counts = attempts.map((attempt) => attempt.count).sort((a, b) => a - b)
  assert.deepEqual(
    counts,
    Array.from({ length: 20 }, (_, i) => i + 1),
  )
})

testOnDialects('clears the attempts of one key only', async (db) => {
  await countAttempt(db, 'a', NOW, WINDOW)
  await countAttempt(db, 'b', NOW, WINDOW)
  await clearAttempts(db, 'a')
  assert.equal((await readAttempts(db, 'a', NOW, WINDOW)).count, 0)
  assert.equal((await readAttempts(db, 'b', NOW, WINDOW)).count, 1)
})
