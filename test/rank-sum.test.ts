import assert from 'node:assert/strict'
import { test } from 'node:test'
import { medianOf, rankSum } from './rank-sum.ts'

const near = (actual: number, expected: number): void => {
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`)
}

test('counts the pairs that a sample wins: hares and a tortoise', () => {
  const hares = Float64Array.of(2, 3, 4, 5, 6, 12)
  const tortoises = Float64Array.of(1, 7, 8, 9, 10, 11)
  assert.equal(rankSum(hares, tortoises).u, 11)
  assert.equal(rankSum(tortoises, hares).u, 25)
})

test('gives the probability that SciPy documents for its example', () => {
  const males = Float64Array.of(19, 22, 16, 29, 24)
  const females = Float64Array.of(20, 11, 17, 12)
  const { u, p } = rankSum(males, females)
  assert.equal(u, 17)
  near(p, 0.11134688653314041)
})

test('a tie is half a pair and narrows the distribution', () => {
  const { u, p } = rankSum(Float64Array.of(1, 2, 2, 3), Float64Array.of(2, 3, 3, 4))
  assert.equal(u, 3)
  // Variance 16/12 × (9 − (24 + 24) / 56), distance 4.5.
  near(p, 0.1720337)
})

test('samples of one value are not told apart', () => {
  const same = new Float64Array(50).fill(7)
  assert.deepEqual(rankSum(same, same), { u: 1250, p: 1 })
})

test('samples that do not overlap are', () => {
  const low = Float64Array.from({ length: 100 }, (_, i) => i)
  assert.ok(
    rankSum(
      low,
      low.map((value) => value + 100),
    ).p < 1e-30,
  )
  assert.ok(
    rankSum(
      low,
      low.map((value) => value + 0.5),
    ).p > 0.9,
  )
})

test('knows the middle of a sample and how sure it is', () => {
  const { median, error } = medianOf(Float64Array.from({ length: 10_001 }, (_, i) => i))
  assert.equal(median, 5000)
  assert.equal(error, 98)
  assert.deepEqual(medianOf(Float64Array.of(3)), { median: 3, error: 0 })
})
