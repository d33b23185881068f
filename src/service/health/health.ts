import {
  type Clock,
  type Connection,
  failed,
  type NamedConnection,
  succeeded,
  UNTRIED,
} from '../../model/index.ts'
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
  read(): Promise<Connection>
}

/** How a check went, told as of a connection to what it looks at. */
interface CheckReport extends NamedConnection {
  readonly isOk: boolean
  /** Milliseconds that it took. */
  readonly milliseconds: number
}

export interface HealthReport {
  readonly isReady: boolean
  /** The names of what keeps the server from its work. */
  readonly failed: readonly string[]
  readonly checks: readonly CheckReport[]
  /** How it is with what lies elsewhere: those of the checks that look at such, and the upstreams. */
  readonly connections: readonly NamedConnection[]
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
  /** The names of those checks that look at something elsewhere. */
  readonly remote?: readonly string[]
  readonly upstreams?: readonly Upstream[]
  /** Those that come and go, as `upstreams` else. */
  readonly more?: () => Promise<readonly NamedConnection[]>
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
  remote = [],
  upstreams = [],
  more = async () => [],
  deadlineMs = DEADLINE_MS,
  now = () => performance.now(),
}: HealthOptions): Health => {
  const watches = checks.map((check) => new Watch(check, { clock, deadlineMs, now }))
  const ask = () =>
    Promise.all([
      Promise.all(watches.map((watch) => watch.look())),
      readAll(upstreams, more, { clock, deadlineMs, now }),
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
      const faults = [
        ...(isStopping ? [STOPPING] : []),
        ...own.filter(({ isOk }) => !isOk).map(({ name }) => name),
      ]
      const connections = [...own.filter(({ name }) => remote.includes(name)), ...others]
      return {
        isReady: faults.length === 0,
        failed: faults,
        checks: [...own, ...others],
        connections,
      }
    },
    stop: () => {
      isStopping = true
    },
  }
}

type Timing = Required<Pick<HealthOptions, 'clock' | 'deadlineMs' | 'now'>>

/** Where it cannot be read which there are, the database is away, and says so itself. */
const readAll = async (
  upstreams: readonly Upstream[],
  more: () => Promise<readonly NamedConnection[]>,
  timing: Timing,
): Promise<readonly CheckReport[]> => {
  const others = await within(timing.deadlineMs, more()).catch(() => [])
  const all = [
    ...upstreams,
    ...others.map(({ name, ...connection }) => ({ name, read: async () => connection })),
  ]
  return await Promise.all(all.map((upstream) => readUpstream(upstream, timing)))
}

const readUpstream = async (
  upstream: Upstream,
  { clock, deadlineMs, now }: Timing,
): Promise<CheckReport> => {
  const start = now()
  const connection = await within(deadlineMs, upstream.read()).catch((error: unknown) =>
    failed(UNTRIED, { at: clock.now(), code: codeOf(error), isAway: true }),
  )
  const isOk = connection.state !== 'down'
  return { name: upstream.name, ...connection, isOk, milliseconds: now() - start }
}

class Watch {
  readonly #check: Check
  readonly #options: Timing
  #running: Promise<void> | undefined
  #connection: Connection = UNTRIED

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
    this.#connection =
      code === undefined
        ? succeeded(this.#connection, at)
        : failed(this.#connection, { at, code, isAway: true })
    return {
      name: this.#check.name,
      ...this.#connection,
      isOk: code === undefined,
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
