import { databaseUnavailable } from './unavailable.ts'

/** The low byte of an extended result code of SQLite; undefined where `error` is none of its errors. */
export const primaryCode = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined

// Out of memory, read-only, input or output failed, disk full, a file that cannot be opened.
const LACKS: readonly (number | undefined)[] = [7, 8, 10, 13, 14]

/** Runs `work`. @throws ServiceError unavailable `database_unavailable` where the machine lets SQLite down */
export const withoutLack = <T>(work: () => T): T => {
  try {
    return work()
  } catch (error) {
    if (!LACKS.includes(primaryCode(error))) throw error
    throw databaseUnavailable('The database cannot be written or read.', error)
  }
}
