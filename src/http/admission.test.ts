import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Admission, type AdmissionLimits } from './admission.ts'

/** An admission whose clock the test moves, and what has begun. */
const open = (limits: AdmissionLimits) => {
  let now = 0
  const begun: string[] = []
  const admission = new Admission(limits, () => now)
  return {
    admission,
    begun,
    enter: (name: string): boolean => admission.enter(() => void begun.push(name)),
    pass: (milliseconds: number): void => {
      now += milliseconds
    },
  }
}

test('works on as many as it may, and on the others in the order in which they came', () => {
  const { admission, begun, enter } = open({ inWork: 2, waitMs: 500 })
  for (const name of ['a', 'b', 'c', 'd', 'e']) assert.equal(enter(name), true)
  assert.deepEqual(begun, ['a', 'b'])
  admission.leave()
  assert.deepEqual(begun, ['a', 'b', 'c'])
  for (let left = 0; left < 4; left++) admission.leave()
  assert.deepEqual(begun, ['a', 'b', 'c', 'd', 'e'])
  for (const name of ['f', 'g']) assert.equal(enter(name), true)
  assert.deepEqual(begun, ['a', 'b', 'c', 'd', 'e', 'f', 'g'])
})

test('refuses what would wait too long, as it has learned from those that waited before', () => {
  const { admission, enter, pass } = open({ inWork: 1, waitMs: 500 })
  enter('first')
  // Each takes 100 ms, so that five of them are worth half a second.
  for (let done = 0; done < 100; done++) {
    enter('waiting')
    pass(100)
    admission.leave()
  }
  const places = Array.from({ length: 20 }, () => enter('one more'))
  assert.deepEqual(
    places.map(Number).join(''),
    '111111'.padEnd(20, '0'),
    'six wait: the sixth comes when five are before it',
  )
  assert.equal(admission.isFull(), true)
})

test('refuses where nothing is finished, once the oldest has waited too long', () => {
  const { admission, enter, pass } = open({ inWork: 1, waitMs: 500 })
  assert.deepEqual([enter('in work'), enter('waiting')], [true, true])
  pass(500)
  assert.equal(enter('in time'), true)
  pass(1)
  assert.equal(admission.isFull(), true)
  assert.equal(enter('too late'), false)
})

test('lets one wait however slow the last ones were, and so learns that they are fast again', () => {
  const { admission, begun, enter, pass } = open({ inWork: 1, waitMs: 500 })
  enter('in work')
  enter('slow')
  pass(60_000)
  admission.leave()
  assert.equal(enter('patient'), true)
  assert.equal(enter('too many'), false)
  // Of the minute a place is thought to take, an eighth is forgotten each time.
  for (let done = 0; done < 60; done++) {
    pass(1)
    admission.leave()
    enter('fast')
  }
  assert.equal(enter('another'), true)
  assert.equal(begun.length, 62)
})

test('never holds more than 512 waiting messages', () => {
  const { enter } = open({ inWork: 3, waitMs: 60_000 })
  const entered = Array.from({ length: 600 }, (_, index) => enter(String(index)))
  assert.equal(entered.filter(Boolean).length, 3 + 512)
})

test('whatever comes and goes: each begins once, in order, and no more are in work than may be', () => {
  const steps = fc.array(fc.oneof(fc.constant('come'), fc.constant('go'), fc.nat(400)), {
    maxLength: 300,
  })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), steps, (inWork, path) => {
      const { admission, begun, enter, pass } = open({ inWork, waitMs: 500 })
      const accepted: string[] = []
      let left = 0
      for (const [index, step] of path.entries()) {
        if (typeof step === 'number') pass(step)
        else if (step === 'come') {
          const wasFull = admission.isFull()
          const isAccepted = enter(String(index))
          assert.equal(isAccepted, !wasFull)
          if (isAccepted) accepted.push(String(index))
        } else if (left < begun.length) {
          left++
          admission.leave()
        }
        assert.equal(begun.length - left, Math.min(inWork, accepted.length - left))
        assert.deepEqual(begun, accepted.slice(0, begun.length))
      }
    }),
    { numRuns: 500 },
  )
})

test('under ten times the load it can carry it is never idle, and nobody waits much longer than allowed [proof R9]', () => {
  // One place, 2 ms each; someone comes every 0.2 ms, for a minute.
  const { admission, begun, pass } = open({ inWork: 1, waitMs: 500 })
  let now = 0
  let refused = 0
  let longest = 0
  for (let tick = 0; tick < 300_000; tick++) {
    const came = now
    const isAccepted = admission.enter(() => {
      begun.push('')
      longest = Math.max(longest, now - came)
    })
    if (!isAccepted) refused++
    now += 0.2
    pass(0.2)
    if (tick % 10 === 9) admission.leave()
  }
  assert.equal(begun.length, 30_001)
  assert(longest < 550, `${longest} ms`)
  assert(refused > 269_000, String(refused))
})
