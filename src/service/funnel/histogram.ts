/** Each bucket is a fiftieth wider than the one before, so that a quantile is right to a hundredth of itself. */
const GROWTH = Math.log(1.02)

/** Durations, counted: as much memory for a million as for a thousand. */
export class Histogram {
  readonly #buckets = new Map<number, number>()
  #count = 0

  /** Milliseconds. */
  add(duration: number): void {
    const bucket = Math.floor(Math.log(Math.max(duration, 0) + 1) / GROWTH)
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1)
    this.#count += 1
  }

  /** The duration in milliseconds that the share `part` of all do not exceed; null where there are none. */
  quantile(part: number): number | null {
    let below = 0
    for (const bucket of [...this.#buckets.keys()].sort((a, b) => a - b)) {
      below += this.#buckets.get(bucket) ?? 0
      if (below >= part * this.#count) return Math.round(Math.exp((bucket + 0.5) * GROWTH) - 1)
    }
    return null
  }
}
