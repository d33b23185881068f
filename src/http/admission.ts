export interface AdmissionLimits {
  /** How many messages are worked on at the same time. */
  readonly inWork: number
  /** Milliseconds that a message may be expected to wait for its turn. */
  readonly waitMs: number
}

/** Waiting messages are held in memory, each up to the limit of a body. */
const MOST_WAITING = 512

/** Of the time that a place in the queue takes, what one measurement changes. */
const WEIGHT = 1 / 8

interface Waiting {
  readonly begin: () => void
  readonly since: number
  /** In the queue when it came, the first one is 1. */
  readonly place: number
}

/**
 * Decides which messages are worked on: some at once, some after a wait in the order in which they came, and
 * those that would wait too long not at all. How many may wait follows from how long the last ones have waited,
 * so that a slow machine keeps a short queue and a fast one a long queue.
 */
export class Admission {
  readonly #limits: AdmissionLimits
  readonly #now: () => number
  readonly #waiting: Waiting[] = []
  #inWork = 0
  /** Milliseconds by which a place in the queue is worse than the one before it. */
  #msPerPlace = 0

  /** `now`: milliseconds that only grow. */
  constructor(limits: AdmissionLimits, now: () => number = () => performance.now()) {
    this.#limits = limits
    this.#now = now
  }

  /** Whether a message that comes at this moment is refused. */
  isFull(): boolean {
    const [oldest] = this.#waiting
    if (this.#inWork < this.#limits.inWork || oldest === undefined) return false
    const places = this.#waiting.length
    return (
      places >= MOST_WAITING ||
      places * this.#msPerPlace > this.#limits.waitMs ||
      // Where nothing is finished, nothing is learned either.
      this.#now() - oldest.since > this.#limits.waitMs
    )
  }

  /** Calls `begin`, at once or when it is its turn, and returns true; false: the message is refused. */
  enter(begin: () => void): boolean {
    if (this.#inWork < this.#limits.inWork) {
      this.#inWork++
      begin()
      return true
    }
    if (this.isFull()) return false
    this.#waiting.push({ begin, since: this.#now(), place: this.#waiting.length + 1 })
    return true
  }

  /** One message is done: the next begins. Once for each that has begun. */
  leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) {
      this.#inWork--
      return
    }
    const msPerPlace = (this.#now() - next.since) / next.place
    this.#msPerPlace += (msPerPlace - this.#msPerPlace) * WEIGHT
    next.begin()
  }
}
