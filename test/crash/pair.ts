import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DeviceAuthority, ensureDeviceAuthority } from '../../src/sim/index.ts'
import { dialects } from '../dialect.ts'
import { caCertificates } from '../scep-client.ts'
import { newTally, type Site } from './honest-device.ts'
import type { Records } from './ledger.ts'
import { Supervisor, type SupervisorOptions } from './supervisor.ts'

/** Two server processes on one PostgreSQL database, and devices that may reach either. */
export interface Pair extends AsyncDisposable {
  readonly left: Supervisor
  readonly right: Supervisor
  readonly site: Site
  readonly authority: DeviceAuthority
  readonly records: Records
}

export type PairOptions = Pick<SupervisorOptions, 'execArgv'> & {
  /** How long a device waits for an answer, in milliseconds. */
  readonly patience: number
  /** When PostgreSQL ends a transaction that has gone quiet, in milliseconds; by default when the product says so. */
  readonly quietLimit?: number
}

const postgres = dialects.find(({ name }) => name === 'postgres')

/** For the `skip` option of a test that needs two servers. */
export const skipWithoutPair = postgres?.skip ?? 'no PostgreSQL'

export const openPair = async (options: PairOptions): Promise<Pair> => {
  const { execArgv, patience, quietLimit } = options
  if (postgres === undefined) throw new Error('no PostgreSQL')
  await using stack = new AsyncDisposableStack()
  const { location } = stack.use(await postgres.create())
  if (location.kind !== 'postgres') throw new Error('two servers need PostgreSQL')
  const data = await mkdtemp(join(tmpdir(), 'windfall-pair-'))
  stack.defer(() => rm(data, { recursive: true, force: true }))
  const url = new URL(location.url)
  if (quietLimit !== undefined) {
    url.searchParams.set('idle_in_transaction_session_timeout', String(quietLimit))
  }
  const start = async (name: string, env: Readonly<Record<string, string>> = {}) =>
    stack.use(
      await Supervisor.start({
        ...(execArgv === undefined ? {} : { execArgv }),
        data: join(data, name),
        env: { WINDFALL_DATABASE__URL: url.href, ...env },
      }),
    )
  const left = await start('left')
  const right = await start('right', {
    WINDFALL_MASTER_KEY_FILE: join(data, 'left', 'master.key'),
    WINDFALL_SIMULATOR__CA_FILE: join(data, 'left', 'simulator', 'ca.cert.pem'),
    WINDFALL_PROFILE__TEMPLATE_FILE: join(data, 'left', 'profile.mobileconfig'),
  })
  const site = {
    route: () => (Math.random() < 0.5 ? [left.url, right.url] : [right.url, left.url]),
    recovered: async () => {},
    ca: await caCertificates({ url: left.url, roots: [] }),
    patience,
    tally: newTally(),
  }
  const authority = await ensureDeviceAuthority(join(data, 'left', 'simulator'))
  const owned = stack.move()
  return {
    ...{ left, right, site, authority },
    records: { location, data: join(data, 'left') },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
