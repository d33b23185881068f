import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findExplanation } from './explanation/index.ts'
import { readSilence, SILENCE_CODES, type Signs, type StepMark } from './silence.ts'

const MINUTE = 60_000
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1'

const mark = (at: number, code: StepMark['code'], state: StepMark['state'] = null): StepMark => ({
  at: at * MINUTE,
  code,
  state,
})

const SIGNED_IN = mark(0, 'signed_in', 'authenticated')
const SENT = mark(1, 'profile_service_sent', 'offered')
const ANSWERED = mark(2, 'phase2_answered', 'identified')
const ISSUED = mark(3, 'certificate_issued', 'certified')

const signs = (state: Signs['state'], steps: readonly StepMark[], userAgent = SAFARI): Signs => ({
  state,
  steps,
  userAgent,
})

/** The first whole second at which something is said, and what. */
const firstWord = (of: Signs): readonly [seconds: number, code: string] | undefined => {
  const last = of.steps.at(-1)?.at ?? 0
  for (let now = last; now <= last + 30 * MINUTE; now += 1000) {
    const found = readSilence(of, now)
    if (found !== undefined) {
      assert.equal(found.since, last)
      return [(now - last) / 1000, found.code]
    }
  }
  return undefined
}

test('says what silence means in each state, and from when on', () => {
  const caps = (count: number) => Array.from({ length: count }, () => mark(2, 'get_ca_caps'))
  const asked = (count: number) => [
    SIGNED_IN,
    SENT,
    ANSWERED,
    mark(2, 'get_ca_cert'),
    ...caps(count),
  ]

  assert.deepEqual(firstWord(signs('authenticated', [SIGNED_IN])), [600, 'never_downloaded'])
  assert.deepEqual(firstWord(signs('offered', [SIGNED_IN, SENT])), [480, 'profile_not_installed'])
  assert.deepEqual(firstWord(signs('identified', [SIGNED_IN, SENT, ANSWERED])), [
    120,
    'scep_not_begun',
  ])
  assert.deepEqual(firstWord(signs('identified', asked(2))), [300, 'certificate_not_requested'])
  assert.deepEqual(firstWord(signs('identified', asked(3))), [60, 'capabilities_unanswered'])
  assert.deepEqual(firstWord(signs('certified', [...asked(1), ISSUED])), [120, 'reply_rejected'])
})

test('counts silence from a repeated message, and questions from the last answer to phase 2', () => {
  const repeated = mark(9, 'phase2_repeated')
  const caps = [1, 2, 3].map(() => mark(3, 'get_ca_caps'))

  assert.equal(readSilence(signs('identified', [SENT, ANSWERED, repeated]), 10 * MINUTE), undefined)
  assert.equal(
    readSilence(signs('identified', [SENT, ANSWERED, ...caps, repeated]), 11 * MINUTE)?.code,
    'scep_not_begun',
  )
})

test('says nothing of what has ended well, was refused, or is known to be refused', () => {
  const refused = mark(2, 'phase2_refused')

  for (const state of ['configured', 'managed', 'refused', 'failed', 'withdrawn'] as const) {
    assert.equal(readSilence(signs(state, [SIGNED_IN, SENT]), 99 * MINUTE), undefined)
  }
  assert.equal(readSilence(signs('offered', [SIGNED_IN, SENT, refused]), 99 * MINUTE), undefined)
  assert.equal(readSilence(signs('offered', []), 99 * MINUTE), undefined)
})

test('says of an enrollment that time has ended what it was waiting for', () => {
  const expired = mark(60, 'expired', 'expired')
  const found = readSilence(signs('expired', [SIGNED_IN, SENT, expired]), 61 * MINUTE)

  assert.deepEqual(found, { code: 'profile_not_installed', since: MINUTE })
})

test('tells Safari from other browsers, and Apple devices from others, at once', () => {
  const iPhone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15'
  const like = '(KHTML, like Gecko)'
  const wrong = [
    `${iPhone} ${like} CriOS/129.0.6668.46 Mobile/15E148 Safari/604.1`,
    `${iPhone} ${like} FxiOS/130.0 Mobile/15E148 Safari/605.1.15`,
    `${iPhone} ${like} Version/18.0 EdgiOS/128.0 Mobile/15E148 Safari/604.1`,
    `${iPhone} ${like} Mobile/15E148 [FBAN/FBIOS;FBAV/480.0]`,
    `${iPhone} ${like} Mobile/15E148`,
  ]
  const right = [
    SAFARI,
    'Mozilla/5.0 (iPad; U; CPU OS 3_2 like Mac OS X; en-us) AppleWebKit/531.21.10 (KHTML, like Gecko) Version/4.0.4 Mobile/7B334b Safari/531.21.10',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36',
    'windfall-sim/1.0',
    'curl/8.5.0',
  ]
  const others = [
    'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Mobile Safari/537.36',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0',
  ]
  const codeOf = (userAgent: string) =>
    readSilence(signs('offered', [SIGNED_IN, SENT], userAgent), MINUTE)?.code

  for (const userAgent of wrong) assert.equal(codeOf(userAgent), 'not_safari', userAgent)
  for (const userAgent of right) assert.equal(codeOf(userAgent), undefined, userAgent)
  for (const userAgent of others) assert.equal(codeOf(userAgent), 'not_apple_device', userAgent)
  const unnamed = { ...signs('offered', [SENT]), userAgent: null }
  assert.equal(readSilence(unnamed, MINUTE), undefined)
})

test('has an explanation of its own for each', () => {
  const explained = SILENCE_CODES.map(findExplanation)

  assert.ok(explained.every((each) => each !== undefined))
  assert.equal(new Set(explained).size, SILENCE_CODES.length)
})
