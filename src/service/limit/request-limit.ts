import type { Clock } from '../../model/index.ts'
import { countAttempts, type Db, unlessUnavailable } from '../../store/index.ts'

const WINDOW_MS = 60_000
/**
 * Of the limit, the part that a server takes at once from what all servers share. What it has taken and does not use
 * is lost to the others, and to itself when it is started anew: with two servers, at most a twelfth of the limit.
 */
const PORTION = 1 / 25
/** Those whose window is over are dropped when there are so many. */
const MANY = 1000

/** What somebody may still do in their window. */
export interface Allowance {
  readonly isExceeded: boolean
  readonly remaining: number
  /** Until the window is over. */
  readonly seconds: number
}

/** How many requests one session or token may make. */
export interface RequestLimit {
  readonly perWindow: number
  readonly windowSeconds: number
  /** Takes one request of `key`; without the database but for every 25th part of the limit. */
  take(key: string): Allowance | Promise<Allowance>
}

interface RequestLimitOptions {
  readonly db: Db
  readonly clock: Clock
  readonly perMinute: number
}

export const createRequestLimit = (options: RequestLimitOptions): RequestLimit =>
  new PortionedLimit(options)

/** What this server has taken of one window. */
interface Portion {
  readonly endsAt: number
  /** How many were not taken by anybody when this was. */
  readonly unclaimed: number
  left: number
}

class PortionedLimit implements RequestLimit {
  readonly windowSeconds = WINDOW_MS / 1000
  readonly perWindow: number
  readonly #db: Db
  readonly #clock: Clock
  readonly #size: number
  readonly #portions = new Map<string, Portion>()
  readonly #pending = new Map<string, Promise<void>>()

  constructor({ db, clock, perMinute }: RequestLimitOptions) {
    this.#db = db
    this.#clock = clock
    this.perWindow = perMinute
    this.#size = Math.max(1, Math.floor(perMinute * PORTION))
  }

  take(key: string): Allowance | Promise<Allowance> {
    return this.#takeOne(key) ?? this.#claimAndTake(key)
  }

  /** Undefined where the database has to be asked. */
  #takeOne(key: string): Allowance | undefined {
    const now = this.#clock.now()
    const portion = this.#portions.get(key)
    if (portion === undefined || now >= portion.endsAt) return undefined
    const isExceeded = portion.left === 0
    if (isExceeded && portion.unclaimed > 0) return undefined
    if (!isExceeded) portion.left--
    const remaining = portion.left + portion.unclaimed
    return { isExceeded, remaining, seconds: Math.ceil((portion.endsAt - now) / 1000) }
  }

  async #claimAndTake(key: string): Promise<Allowance> {
    for (;;) {
      let claiming = this.#pending.get(key)
      if (claiming === undefined) {
        claiming = this.#claim(key).finally(() => this.#pending.delete(key))
        this.#pending.set(key, claiming)
      }
      await claiming
      // Others who waited for the same portion may have used it up.
      const taken = this.#takeOne(key)
      if (taken !== undefined) return taken
    }
  }

  async #claim(key: string): Promise<void> {
    const now = this.#clock.now()
    this.#forgetOver(now)
    const attempts = this.#size
    const counting = { key: `api ${key}`, attempts, now, windowMs: WINDOW_MS }
    const counted = await unlessUnavailable(() => countAttempts(this.#db, counting))
    // Then this server counts for itself: what is read is answered.
    if (counted === undefined) {
      this.#portions.set(key, { endsAt: now + WINDOW_MS, left: this.perWindow, unclaimed: 0 })
      return
    }
    const { count, retryAfterMs } = counted
    const before = this.perWindow - (count - attempts)
    this.#portions.set(key, {
      endsAt: now + retryAfterMs,
      left: Math.min(Math.max(before, 0), attempts),
      unclaimed: Math.max(0, before - attempts),
    })
  }

  #forgetOver(now: number): void {
    if (this.#portions.size < MANY) return
    for (const [key, { endsAt }] of this.#portions) if (endsAt <= now) this.#portions.delete(key)
  }
}
