import assert from 'node:assert/strict'
import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { makeKey } from '../codec/holder.ts'
import type { Dialect } from '../dialect.ts'
import { manyKeys } from '../security/keys.ts'
import { type Entry, newEntry } from './honest-device.ts'
import { findFaults } from './ledger.ts'
import { AT_START, type Order } from './order.ts'
import { openStage, type Stage } from './stage.ts'
import type { Supervisor } from './supervisor.ts'
import { type Company, walkInCrowds, walkThoroughly } from './thorough-walk.ts'

/** What Node is told for a server that can be told where to end. */
export const TRACE = ['--import', new URL('trace.ts', import.meta.url).href]
const STATIC_CHALLENGE = 'a challenge for many'
const [key, strangerKey] = manyKeys(2)
const weakKey = makeKey('rsa-1024')
assert(key !== undefined && strangerKey !== undefined)

/** A stage whose server can be told where to end, and devices that may enroll there. */
export interface Tripwire extends AsyncDisposable {
  readonly stage: Stage
  readonly ledger: readonly Entry[]
  /** One enrollment with all that is around it. */
  walk(): Promise<void>
  /** One enrollment with every message many times at once. */
  crowd(): Promise<void>
}

/** With an order for the first start, if that is to end somewhere. */
export const openTripwire = async (
  dialect: Dialect,
  returning: Company['returning'],
  first: Order = {},
): Promise<Tripwire> => {
  await using stack = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'windfall-list-'))
  stack.defer(() => rm(directory, { recursive: true }))
  const list = join(directory, 'devices')
  await appendFile(list, '# who may enroll\n')
  const env = {
    WINDFALL_SCEP__STATIC_CHALLENGE: STATIC_CHALLENGE,
    WINDFALL_ENROLLMENT__DEVICE_LIST_FILE: list,
    WINDFALL_ENROLLMENT__RETURNING: returning,
  }
  const firstEnv = { [AT_START]: JSON.stringify(first) }
  const stage = stack.use(await openStage(dialect, { env, firstEnv, execArgv: TRACE }))
  const { site, authority } = stage
  const ledger: Entry[] = []
  const enter = async (): Promise<Entry> => {
    const entry = newEntry(authority, key)
    await appendFile(list, `${entry.device.attributes['UDID']}\n`)
    ledger.push(entry)
    return entry
  }
  const company = { strangerKey, weakKey, staticChallenge: STATIC_CHALLENGE, returning }
  const owned = stack.move()
  return {
    stage,
    ledger,
    walk: async () => {
      const stranger = newEntry(authority, strangerKey)
      await walkThoroughly(site, await enter(), { ...company, stranger })
    },
    crowd: async () => await walkInCrowds(site, await enter()),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** The names of all awaits that the server reaches while `work` is done, in their order. */
export const trace = async (
  { stage: { server } }: Tripwire,
  work: () => Promise<void>,
): Promise<readonly string[]> => {
  await server.ask({})
  await work()
  return await readTrace(server)
}

/** Takes the orders back, and returns what was reached since they were given. */
export const readTrace = async (server: Supervisor): Promise<readonly string[]> =>
  z.array(z.string()).parse(await server.ask({}))

const TRIES = 10

/** Lets the server end at a place, while `work` goes on until it is done; false where it is never reached. */
export const crashAt = async (
  { stage: { server } }: Tripwire,
  order: Order,
  work: () => Promise<void>,
): Promise<boolean> => {
  const before = server.deaths
  await server.ask(order)
  for (let tries = 0; tries < TRIES && server.deaths === before; tries++) await work()
  return server.deaths > before
}

/** Ends the stage and compares its database with what the devices were told. */
export const judge = async ({ stage, ledger }: Tripwire): Promise<readonly string[]> => {
  await stage.server[Symbol.asyncDispose]()
  return await findFaults(stage.records, ledger)
}
