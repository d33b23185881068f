import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Counter, Histogram, Reading } from './instrument.ts'

test('a counter without labels begins at zero, one with labels with no series', async () => {
  const plain = new Counter({ name: 'plain_total', help: 'Plain.' })
  const labelled = new Counter({ name: 'labelled_total', help: 'Labelled.', labels: ['a', 'b'] })
  labelled.add('x', '')
  labelled.add('x', '')

  assert.deepEqual(await plain.format(), [
    '# HELP plain_total Plain.',
    '# TYPE plain_total counter',
    'plain_total 0',
  ])
  assert.equal((await labelled.format()).at(-1), 'labelled_total{a="x",b=""} 2')
})

test('buckets hold everything up to their bound', async () => {
  const histogram = new Histogram({ name: 'time_seconds', help: 'Time.', labels: ['a'] }, [0.1, 1])
  for (const seconds of [0.05, 0.1, 0.5, 8]) histogram.observe(seconds, 'x')

  assert.deepEqual((await histogram.format()).slice(2), [
    'time_seconds_bucket{a="x",le="0.1"} 2',
    'time_seconds_bucket{a="x",le="1"} 3',
    'time_seconds_bucket{a="x",le="+Inf"} 4',
    'time_seconds_sum{a="x"} 8.65',
    'time_seconds_count{a="x"} 4',
  ])
})

test('labels cannot break out of their quotes', async () => {
  const reading = new Reading({ name: 'now', help: 'Now.', labels: ['a'] }, 'gauge', () => [
    [['\\"\n} 5'], 1],
  ])
  assert.equal((await reading.format()).at(-1), 'now{a="\\\\\\"\\n} 5"} 1')
})

test('whatever comes after 500 series is counted as other', async () => {
  const counter = new Counter({ name: 'many_total', help: 'Many.', labels: ['a', 'b'] })
  for (let index = 0; index < 600; index++) counter.add(String(index), 'x')
  counter.add('0', 'x')

  const lines = (await counter.format()).slice(2)
  assert.equal(lines.length, 501)
  assert.equal(lines[0], 'many_total{a="0",b="x"} 2')
  assert.equal(lines.at(-1), 'many_total{a="other",b="other"} 100')
})
