import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { type Db, openDatabase } from '../../src/store/index.ts'
import type { Dialect } from '../dialect.ts'
import { type Call, isLinearizable } from './linearizable.ts'
import { type Execute, prepareThings, SPECIFICATION, type Use, use, useStore } from './use.ts'

/** What one client does, one use after another, each after so many turns of the event loop. */
const client = fc.array(fc.record({ use, turns: fc.nat({ max: 3 }) }), {
  minLength: 1,
  maxLength: 5,
})
const clients = fc.array(client, { minLength: 2, maxLength: 4 })

/** Everybody who uses one new database: on SQLite one process, on PostgreSQL two. */
export const openNodes = async (
  dialect: Dialect,
): Promise<AsyncDisposable & Pick<HistoriesOptions, 'nodes'>> => {
  await using stack = new AsyncDisposableStack()
  const { location } = stack.use(await dialect.create())
  const open = async (): Promise<Db> => stack.use(await openDatabase(location)).db
  const first = await open()
  const nodes = location.kind === 'postgres' ? ([first, await open()] as const) : ([first] as const)
  const owned = stack.move()
  return { nodes, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

export interface HistoriesOptions {
  readonly histories: number
  readonly seed: number
  readonly path?: string
  /** Connections to one database; the clients take turns at them. */
  readonly nodes: readonly [Db, ...Db[]]
  readonly execute?: Execute
}

/** What was recorded: calls, and pairs of them that were under way at the same time. */
export interface HistoryCount {
  calls: number
  overlapping: number
}

/**
 * Lets clients use one database at the same time and asks of every history whether it has an order.
 * Rejects with the first history that has none, and its seed.
 */
export const playHistories = async (options: HistoriesOptions): Promise<HistoryCount> => {
  const { histories, nodes, execute = useStore, ...replay } = options
  const count = { calls: 0, overlapping: 0 }
  const property = fc.asyncProperty(clients, async (scripts) => {
    const history = await record(nodes, scripts, execute)
    count.calls += history.length
    count.overlapping += countOverlaps(history)
    if (!isLinearizable(history, SPECIFICATION)) {
      throw new Error(`no order explains this history:\n${history.map(format).join('\n')}`)
    }
  })
  // Another run of the same scripts is another history: there is nothing to shrink.
  const parameters = { numRuns: histories, endOnFailure: true, includeErrorInReport: true }
  await fc.assert(property, { ...parameters, ...replay })
  return count
}

type Script = readonly { readonly use: Use; readonly turns: number }[]

const record = async (
  nodes: HistoriesOptions['nodes'],
  scripts: readonly Script[],
  execute: Execute,
): Promise<readonly Call<Use>[]> => {
  const things = await prepareThings(nodes[0])
  const history: Call<Use>[] = []
  let moment = 0
  await Promise.all(
    scripts.map(async (script, index) => {
      const db = nodes[index % nodes.length] ?? nodes[0]
      for (const { use: input, turns } of script) {
        for (let turn = 0; turn < turns; turn++) await setImmediate()
        const called = moment++
        const output = String(await execute(db, things, input))
        history.push({ input, output, called, returned: moment++ })
      }
    }),
  )
  return history
}

const countOverlaps = (history: readonly Call<Use>[]): number =>
  history.flatMap((one, index) =>
    history
      .slice(index + 1)
      .filter((other) => one.called < other.returned && other.called < one.returned),
  ).length

const format = ({ input, output, called, returned }: Call<Use>): string =>
  `  ${called}-${returned} ${JSON.stringify(input)} → ${output}`
