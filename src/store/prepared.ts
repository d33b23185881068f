import type { CompiledQuery, QueryResult } from 'kysely'
import type { Executor } from './schema.ts'

/** Stands for a value while a statement is built. */
class Placeholder {
  readonly name: PropertyKey

  constructor(name: PropertyKey) {
    this.name = name
  }
}

/** For every name asked for, its placeholder, with the type of the value that will take its place. */
const placeholders = <P extends object>(): P =>
  new Proxy<P>(Object.create(null), { get: (_, name) => new Placeholder(name) })

/** Runs a prepared statement with its values. */
export type Prepared<P, R> = (db: Executor, values: P) => Promise<QueryResult<R>>

/**
 * A statement of the hot paths, built once for each database instead of for each call: building costs
 * several times what SQLite needs to run it. `build` uses every value of `P` as it stands, and only as a
 * parameter.
 */
export const prepare = <P extends object, R>(
  build: (db: Executor, values: P) => { compile(): CompiledQuery<R> },
): Prepared<P, R> => {
  const statements = new WeakMap<object, CompiledQuery<R>>()
  return async (db, values) => {
    const { adapter } = db.getExecutor()
    let statement = statements.get(adapter)
    if (statement === undefined) {
      statement = build(db, placeholders<P>()).compile()
      statements.set(adapter, statement)
    }
    const parameters = statement.parameters.map((parameter): unknown =>
      parameter instanceof Placeholder ? Reflect.get(values, parameter.name) : parameter,
    )
    return await db.executeQuery<R>({ ...statement, parameters })
  }
}
