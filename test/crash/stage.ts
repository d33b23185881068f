import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DeviceAuthority, ensureDeviceAuthority } from '../../src/sim/index.ts'
import type { Dialect } from '../dialect.ts'
import { caCertificates } from '../scep-client.ts'
import { newTally, type Site } from './honest-device.ts'
import { examineFile, type Records } from './ledger.ts'
import { Supervisor, type SupervisorOptions } from './supervisor.ts'

/** A server that may be killed at any time, and what devices need to enroll with it. */
export interface Stage extends AsyncDisposable {
  readonly server: Supervisor
  readonly site: Site
  readonly authority: DeviceAuthority
  readonly records: Records
}

export type StageOptions = Omit<SupervisorOptions, 'data' | 'examine'>

const PATIENCE_MS = 20_000

/** On SQLite the file is checked after every kill. */
export const openStage = async (dialect: Dialect, options: StageOptions = {}): Promise<Stage> => {
  await using stack = new AsyncDisposableStack()
  const data = await mkdtemp(join(tmpdir(), 'windfall-crash-'))
  stack.defer(() => rm(data, { recursive: true, force: true }))
  const location =
    dialect.name === 'postgres'
      ? stack.use(await dialect.create()).location
      : ({ kind: 'sqlite', file: join(data, 'windfall.db') } as const)
  const server = stack.use(
    await Supervisor.start({
      ...options,
      data,
      ...(location.kind === 'sqlite' ? { examine: () => examineFile(data) } : {}),
      env: {
        ...(location.kind === 'postgres' ? { WINDFALL_DATABASE__URL: location.url } : {}),
        ...options.env,
      },
    }),
  )
  const site = {
    route: () => [server.url],
    recovered: () => server.ready(),
    ca: await caCertificates({ url: server.url, roots: [] }),
    patience: PATIENCE_MS,
    tally: newTally(),
  }
  const authority = await ensureDeviceAuthority(join(data, 'simulator'))
  const owned = stack.move()
  return {
    ...{ server, site, authority },
    records: { location, data },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
