import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { type App, startApp } from '../src/app.ts'
import { loadConfig } from '../src/config/index.ts'
import type { Clock } from '../src/model/index.ts'
import { type Certificate, decodeCertificate } from '../src/protocol/x509/index.ts'
import {
  createDevice,
  type DeviceAuthority,
  type EnrollOptions,
  enroll,
  ensureDeviceAuthority,
  type SimOutcome,
} from '../src/sim/index.ts'
import type { DatabaseLocation } from '../src/store/index.ts'

/** A clock that stands still until it is moved; by default it starts at the real time, as TLS needs. */
export interface TestClock extends Clock {
  advance(milliseconds: number): void
}

export const createTestClock = (start = Date.now()): TestClock => {
  let now = start
  return {
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds
    },
  }
}

export const ACCOUNT = { name: 'anna', password: 'correct horse battery staple' } as const

/** A whole server on loopback ports of its own, with an account holder and a trusted simulator. */
export interface TestServer extends AsyncDisposable {
  readonly app: App
  readonly url: string
  readonly data: string
  readonly clock: TestClock
  /** What the server's TLS certificate and profiles chain to. */
  readonly roots: readonly Certificate[]
  readonly authority: DeviceAuthority
  /** Everything logged so far. */
  log(): string
  /** One simulated iPhone, by default a new one of the account holder, through all phases. */
  enroll(options?: Partial<EnrollOptions>): Promise<SimOutcome>
}

export interface TestServerOptions {
  readonly location?: DatabaseLocation
  /** Environment variables of the server, e.g. `{ WINDFALL_CA__RA: 'false' }`. */
  readonly env?: Readonly<Record<string, string>>
  /** A data directory that stays; by default a temporary one. */
  readonly data?: string
  /** What the server's clock shows at the start, milliseconds since 1970. */
  readonly now?: number
}

export const startTestServer = async ({
  location,
  env = {},
  data: given,
  now,
}: TestServerOptions = {}): Promise<TestServer> => {
  await using stack = new AsyncDisposableStack()
  const data = given ?? (await mkdtemp(join(tmpdir(), 'windfall-test-')))
  if (given === undefined) stack.defer(() => rm(data, { recursive: true, force: true }))
  const config = loadConfig({
    env: {
      WINDFALL_DATA: data,
      WINDFALL_LISTEN: '127.0.0.1:0',
      WINDFALL_OPS__LISTEN: 'off',
      // What a test sees does not depend on how fast the machine is.
      WINDFALL_OVERLOAD__WAIT_MILLISECONDS: '60000',
      WINDFALL_API__REQUESTS_PER_MINUTE: '10000000',
      WINDFALL_SIMULATOR__TRUST: 'true',
      ...(location?.kind === 'postgres' ? { WINDFALL_DATABASE__URL: location.url } : {}),
      ...env,
    },
  })
  const lines: string[] = []
  const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  const clock = createTestClock(now)
  const app = stack.use(await startApp({ config, logger, clock }))
  await app.core.services.accounts
    .add({ ...ACCOUNT, fullName: 'Anna Example' })
    .catch(ignoreExisting)
  const authority = await ensureDeviceAuthority(join(data, 'simulator'))
  const roots = [decodeCertificate(app.core.services.site.rootCertificate)]
  const owned = stack.move()
  return {
    app,
    url: app.publicUrl,
    data,
    clock,
    roots,
    authority,
    log: () => lines.join(''),
    enroll: async (options = {}) =>
      await enroll({
        url: app.publicUrl,
        account: ACCOUNT,
        roots,
        device: options.device ?? (await createDevice(authority)),
        ...options,
      }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const ignoreExisting = (error: unknown): void => {
  if (!(error instanceof Error && 'code' in error && error.code === 'account_exists')) throw error
}
