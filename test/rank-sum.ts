/** How far two samples are from one population, by Mann's and Whitney's U. */
export interface RankSum {
  /** Of the first sample: how many pairs it wins, a tie being half a pair. */
  readonly u: number
  /** Probability of a U as far from the middle as this one if there is no difference; two-sided, normal. */
  readonly p: number
}

export const rankSum = (first: Float64Array, second: Float64Array): RankSum => {
  const [a, b] = [first.toSorted(), second.toSorted()]
  const total = a.length + b.length
  let ranks = 0
  let ties = 0
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const value = Math.min(a[i] ?? Infinity, b[j] ?? Infinity)
    const below = i + j
    const start = i
    while (a[i] === value) i++
    while (b[j] === value) j++
    const equal = i + j - below
    ranks += (i - start) * (below + (equal + 1) / 2)
    ties += equal ** 3 - equal
  }
  const u = ranks - (a.length * (a.length + 1)) / 2
  const pairs = a.length * b.length
  const variance = (pairs / 12) * (total + 1 - ties / (total * (total - 1)))
  const distance = Math.max(0, Math.abs(u - pairs / 2) - 0.5)
  return { u, p: variance === 0 ? 1 : twoTails(distance / Math.sqrt(variance)) }
}

/** The probability outside of ±z, Abramowitz and Stegun 7.1.26: within 1.5e-7. */
const twoTails = (z: number): number => {
  const x = z / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const series =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  return series * Math.exp(-x * x)
}

/** The median, and half the width of its interval of 95 % confidence. */
export const medianOf = (
  sample: Float64Array,
): { readonly median: number; readonly error: number } => {
  const sorted = sample.toSorted()
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share)))] ?? 0
  const middle = (sorted.length - 1) / 2
  const reach = 0.98 * Math.sqrt(sorted.length)
  return { median: at(middle), error: (at(middle + reach) - at(middle - reach)) / 2 }
}
