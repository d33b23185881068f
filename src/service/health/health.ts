import type { Clock } from '../../model/index.ts'
import { within } from './deadline.ts'

/** Something without which windfall cannot do its work. */
export interface Check {
  readonly name: string
  /** Resolves if it is well; what it throws says by its code what is not. */
  run(): Promise<void>
}

/**
 * Something elsewhere that windfall asks now and then, and whose failures are written down where they happen. Without it
 * windfall still does its work.
 */
export interface Upstream {
  readonly name: string
  /** As it was when it was last asked. */
  read(): Promise<Pick<CheckReport, 'isOk' | 'lastSuccess' | 'lastError'>>
}

/** How a check went. It holds codes, never texts: those of databases and networks can hold secrets. */
interface CheckReport {
  readonly name: string
  readonly isOk: boolean
  /** Milliseconds since 1970; undefined: never. */
  readonly lastSuccess: number | undefined
  readonly lastError: { readonly at: number; readonly code: string } | undefined
  /** Milliseconds that it took. */
  readonly milliseconds: number
}

export interface HealthReport {
  readonly isReady: boolean
  /** The names of what keeps the server from its work. */
  readonly failed: readonly string[]
  readonly checks: readonly CheckReport[]
}

/** Whether the server can do its work. */
export interface Health {
  /** Looks, unless somebody has within the last second. Never rejects, and takes no longer than the deadline. */
  report(): Promise<HealthReport>
  /** From now on the server is not ready: it is about to stop. */
  stop(): void
}

interface HealthOptions {
  readonly clock: Clock
  readonly checks: readonly Check[]
  readonly upstreams?: readonly Upstream[]
  /** Milliseconds that a check may take. */
  readonly deadlineMs?: number
  /** Milliseconds that only grow. */
  readonly now?: () => number
}

/** How long a report is good for: whoever asks more often than that costs nothing. */
const HOLD_MS = 1_000
const DEADLINE_MS = 2_000
/** What fails while the server stops. */
const STOPPING = 'stopping'

export const createHealth = ({
  clock,
  checks,
  upstreams = [],
  deadlineMs = DEADLINE_MS,
  now = () => performance.now(),
}: HealthOptions): Health => {
  const watches = checks.map((check) => new Watch(check, { clock, deadlineMs, now }))
  const ask = () =>
    Promise.all([
      Promise.all(watches.map((watch) => watch.look())),
      Promise.all(upstreams.map((upstream) => readUpstream(upstream, { clock, deadlineMs, now }))),
    ])
  let last: { readonly at: number; readonly reports: ReturnType<typeof ask> } | undefined
  let isStopping = false
  const look = (): ReturnType<typeof ask> => {
    if (last === undefined || now() - last.at >= HOLD_MS) last = { at: now(), reports: ask() }
    return last.reports
  }
  return {
    async report() {
      const [own, others] = await look()
      const failed = [
        ...(isStopping ? [STOPPING] : []),
        ...own.filter(({ isOk }) => !isOk).map(({ name }) => name),
      ]
      return { isReady: failed.length === 0, failed, checks: [...own, ...others] }
    },
    stop: () => {
      isStopping = true
    },
  }
}

type Timing = Required<Pick<HealthOptions, 'clock' | 'deadlineMs' | 'now'>>

const readUpstream = async (
  upstream: Upstream,
  { clock, deadlineMs, now }: Timing,
): Promise<CheckReport> => {
  const start = now()
  const state = await within(deadlineMs, upstream.read()).catch((error: unknown) => {
    const lastError = { at: clock.now(), code: codeOf(error) }
    return { isOk: false, lastSuccess: undefined, lastError }
  })
  return { name: upstream.name, ...state, milliseconds: now() - start }
}

class Watch {
  readonly #check: Check
  readonly #options: Timing
  #running: Promise<void> | undefined
  #lastSuccess: number | undefined
  #lastError: CheckReport['lastError']

  constructor(check: Check, options: Timing) {
    this.#check = check
    this.#options = options
  }

  async look(): Promise<CheckReport> {
    const { clock, deadlineMs, now } = this.#options
    const start = now()
    // One that hangs is not begun a second time.
    this.#running ??= this.#run()
    const code = await within(deadlineMs, this.#running).then(() => undefined, codeOf)
    const at = clock.now()
    if (code === undefined) this.#lastSuccess = at
    else this.#lastError = { at, code }
    return {
      name: this.#check.name,
      isOk: code === undefined,
      lastSuccess: this.#lastSuccess,
      lastError: this.#lastError,
      milliseconds: now() - start,
    }
  }

  async #run(): Promise<void> {
    try {
      await this.#check.run()
    } finally {
      this.#running = undefined
    }
  }
}

const codeOf = (error: unknown): string => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : 'failed'
}
