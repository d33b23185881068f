import { join } from 'node:path'
import { dialects } from '../dialect.ts'
import type { TestServerOptions } from '../harness.ts'
import { openScene, type Scene } from './scene.ts'

/** Two servers on one PostgreSQL database, with one master key and the same simulated devices. */
export interface Twin extends AsyncDisposable {
  readonly left: Scene
  readonly right: Scene
}

const postgres = dialects.find(({ name }) => name === 'postgres')

/** For the `skip` option of a test that needs two servers. */
export const skipWithoutTwin = postgres?.skip ?? 'no PostgreSQL'

export const openTwin = async (env: TestServerOptions['env'] = {}): Promise<Twin> => {
  if (postgres === undefined) throw new Error('no PostgreSQL')
  await using stack = new AsyncDisposableStack()
  const { location } = stack.use(await postgres.create())
  const left = stack.use(await openScene({ location, env }))
  const { data } = left.server
  const shared = {
    WINDFALL_MASTER_KEY_FILE: join(data, 'master.key'),
    WINDFALL_SIMULATOR__CA_FILE: join(data, 'simulator', 'ca.cert.pem'),
  }
  const right = stack.use(await openScene({ location, env: { ...env, ...shared } }))
  const owned = stack.move()
  return { left, right, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
