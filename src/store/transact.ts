import { AsyncLocalStorage } from 'node:async_hooks'
import { CompiledQuery, Kysely, type Transaction } from 'kysely'
import { runWithLast } from './last.ts'
import type { Db, Schema } from './schema.ts'

type Work<T> = (tx: Transaction<Schema>) => Promise<T>

/**
 * Runs `work` in one transaction and resolves with its result when the transaction is durable; rejects, with
 * nothing written, if `work` or the commit does. `work` awaits the database through `tx` and nothing else:
 * on SQLite everyone else waits for it. A statement that failed leaves `tx` unusable on PostgreSQL, so `work`
 * lets the error through and its caller tries again. `work` may run twice, when another of the same group
 * fails; then nothing of the first time counts.
 */
export const transact = async <T>(db: Db, work: Work<T>): Promise<T> => {
  refuseInsideTransaction()
  let effects: Effect[] = []
  const guarded: Work<T> = (tx) => {
    effects = []
    return insideTransaction.run(effects, () => runWithLast(tx, work))
  }
  const result = await (db instanceof GroupCommitDb
    ? db.group.add(guarded)
    : db.transaction().execute(guarded))
  for (const effect of effects) effect()
  return result
}

type Effect = () => void

const insideTransaction = new AsyncLocalStorage<Effect[]>()

/** Inside the work of a transaction: runs `effect` once that is durable, and never if it is not. */
export const afterCommit = (effect: Effect): void => {
  const effects = insideTransaction.getStore()
  if (effects === undefined) throw new Error('there is no transaction that could commit')
  effects.push(effect)
}

/**
 * Throws inside the work of a transaction. Every driver asks before it hands out a connection: `db` used there
 * would wait for ever on SQLite, and silently leave the transaction on PostgreSQL.
 */
export const refuseInsideTransaction = (): void => {
  if (insideTransaction.getStore() !== undefined) {
    throw new Error('inside a transaction only its own handle may be used')
  }
}

/** A database whose transactions share commits: with one connection, each commit costs everyone a flush to disk. */
export class GroupCommitDb extends Kysely<Schema> {
  readonly group = new CommitGroup(this)
}

interface Piece {
  /** Does the work; returns what tells its caller, to be called after the commit. */
  run(tx: Transaction<Schema>): Promise<() => void>
  reject(error: unknown): void
}

class CommitGroup {
  readonly #db: Db
  readonly #waiting: Piece[] = []
  #flushing = false

  constructor(db: Db) {
    this.#db = db
  }

  add<T>(work: Work<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const run: Piece['run'] = async (tx) => {
      const result = await work(tx)
      return () => resolve(result)
    }
    this.#waiting.push({ run, reject })
    if (!this.#flushing) {
      this.#flushing = true
      setImmediate(() => void this.#flush())
    }
    return promise
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) await this.#commit(this.#waiting.splice(0))
    this.#flushing = false
  }

  async #commit(pieces: readonly Piece[]): Promise<void> {
    try {
      await this.#run(pieces, runAll)
    } catch (error) {
      const isOfAPiece = error instanceof PieceFailed
      // Savepoints cost more than most pieces do, so they are for groups in which one has failed.
      if (isOfAPiece && pieces.length > 1) await this.#commitApart(pieces)
      else rejectEach(pieces, isOfAPiece ? error.cause : error)
    }
  }

  async #commitApart(pieces: readonly Piece[]): Promise<void> {
    try {
      await this.#run(pieces, runEach)
    } catch (error) {
      rejectEach(pieces, error)
    }
  }

  async #run(pieces: readonly Piece[], run: typeof runAll): Promise<void> {
    const committed = await this.#db.transaction().execute((tx) => run(tx, pieces))
    for (const resolve of committed) resolve()
  }
}

const rejectEach = (pieces: readonly Piece[], error: unknown): void => {
  for (const piece of pieces) piece.reject(error)
}

class PieceFailed extends Error {}

/** Runs the pieces one after another; one that fails fails all, with PieceFailed. */
const runAll = async (
  tx: Transaction<Schema>,
  pieces: readonly Piece[],
): Promise<readonly (() => void)[]> => {
  const done: (() => void)[] = []
  try {
    for (const piece of pieces) done.push(await piece.run(tx))
  } catch (cause) {
    throw new PieceFailed('a piece failed', { cause })
  }
  return done
}

/** Runs the pieces one after another; one that fails is undone and rejected, the others go on. */
const runEach = async (
  tx: Transaction<Schema>,
  pieces: readonly Piece[],
): Promise<readonly (() => void)[]> => {
  const done: (() => void)[] = []
  for (const piece of pieces) {
    await tx.executeQuery(SAVEPOINT)
    try {
      done.push(await piece.run(tx))
    } catch (error) {
      piece.reject(error)
      await tx.executeQuery(ROLLBACK_TO)
    }
    await tx.executeQuery(RELEASE)
  }
  return done
}

const SAVEPOINT = CompiledQuery.raw('savepoint piece')
const ROLLBACK_TO = CompiledQuery.raw('rollback to piece')
const RELEASE = CompiledQuery.raw('release piece')
