import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configured, refused, waiting } from '../../../test/page/views.ts'
import { explain, STEP_CODES } from '../../model/index.ts'
import type { EnrollmentView } from '../enrollment-view.ts'
import { timelinePage } from './timeline.ts'

const count = (page: string, pattern: RegExp): number => page.match(pattern)?.length ?? 0

test('shows every step with its time, the time since the one before, and its outcome in words', () => {
  const page = timelinePage(refused, {})

  for (const { id, at, summary } of refused.steps) {
    assert.ok(page.includes(`id="${id}"`))
    assert.ok(page.includes(`<time datetime="${at}">`))
    assert.ok(page.includes(summary))
  }
  assert.equal(count(page, /class="since"/g), refused.steps.length - 1)
  assert.equal(count(page, /class="outcome">Done</g), refused.steps.length - 2)
  assert.equal(count(page, /class="outcome">Refused</g), 2)
})

test('names account holder, device, certificate and addresses', () => {
  const page = timelinePage(configured, {})

  assert.match(page, /<h1><bdi>Anna Nováková<\/bdi><\/h1>/)
  for (const text of ['iPhone15,2', 'F2LXK0ABCD', '00008120-001A2B3C4D5E601E', '192.0.2.17']) {
    assert.ok(page.includes(text), text)
  }
  assert.match(page, /Simulated device/)
  assert.match(page, /SHA-1 signature \(2 times\)/)
})

test('falls back to the account name where no full name is known', () => {
  assert.match(timelinePage(waiting, {}), /<h1><bdi>anna\.novakova<\/bdi><\/h1>/)
})

test('writes the day of a step that happened on another day than the one before', () => {
  assert.deepEqual(timelinePage(refused, {}).match(/(?<=class="day">)[^<]*/g), ['4 Oct 2026'])
})

test('says first what ended the enrollment, and gives the other reasons at their steps', () => {
  const page = timelinePage(refused, {})

  assert.equal(count(page, /class="callout"/g), 1)
  assert.ok(page.indexOf('class="callout"') < page.indexOf('class="steps"'))
  for (const code of ['os_too_old', 'challenge_unknown']) {
    assert.equal(page.split(explain(code).meaning).length, 2, code)
  }
  assert.equal(count(page, /<details open>/g), 2)
})

test('says what keeps an enrollment from going on, though it may be tried again', () => {
  const held: EnrollmentView = {
    ...refused,
    state: 'offered',
    code: null,
    steps: refused.steps.slice(0, 3),
  }

  assert.match(timelinePage(held, {}), /class="callout".*challenge_unknown/s)
})

test('raises no alarm over a configured device when a later message is refused', () => {
  const view: EnrollmentView = { ...refused, state: 'configured', code: null }

  assert.doesNotMatch(timelinePage(view, {}), /class="callout"/)
})

test('loads itself again only while the enrollment is under way, and can be paused', () => {
  const live = timelinePage(waiting, { refreshSeconds: 5 })
  const held = timelinePage(waiting, {})
  const refresh = /<meta http-equiv="refresh" content="5">/

  assert.match(live, refresh)
  assert.match(live, /<a href="\?live=off">Pause/)
  assert.doesNotMatch(held, /http-equiv/)
  assert.match(held, /<a href="\?">Follow live/)
  for (const view of [configured, refused]) {
    assert.doesNotMatch(timelinePage(view, { refreshSeconds: 5 }), /http-equiv|class="live/)
  }
})

test('has words for every kind of step', () => {
  const [first] = configured.steps
  assert.ok(first)
  const steps = STEP_CODES.map((code) => ({ ...first, code }))
  const page = timelinePage({ ...configured, steps }, {})

  const titles = page.match(/(?<=<h3>)[^<]+/g) ?? []
  assert.equal(new Set(titles).size, STEP_CODES.length)
})

test('stands before the first step', () => {
  assert.match(
    timelinePage({ ...waiting, state: 'invited', steps: [] }, {}),
    /Nothing has happened/,
  )
})
