import { CommanderError } from 'commander'
import { UnexpectedAnswer } from '../api-client/index.ts'
import { ConfigError } from '../config/index.ts'
import { ProtocolError, ServiceError, type ServiceErrorKind } from '../errors.ts'
import { SimError } from '../sim/index.ts'
import { CommandError, ExitCode } from './exit.ts'

/** How a command that threw ends. */
export interface Failure {
  readonly exitCode: ExitCode
  /** Undefined where nothing is left to say. */
  readonly message: string | undefined
  readonly hint: string | undefined
  /** Whether nobody expected it: its stack helps whoever looks for the fault. */
  readonly isBug: boolean
}

/** Reads what a command threw. `signal` is the one that ends commands. */
export const toFailure = (error: unknown, signal: AbortSignal): Failure => {
  if (signal.aborted && isAbort(error, signal)) return failure(ExitCode.interrupted, undefined)
  // Commander has said it already.
  if (error instanceof CommanderError) {
    return failure(error.exitCode === 0 ? ExitCode.ok : ExitCode.usage, undefined)
  }
  if (error instanceof CommandError) return failure(error.exitCode, error.message, error.hint)
  if (error instanceof UnexpectedAnswer) {
    return failure(ExitCode.failed, "the answer is not one of windfall's API", UNEXPECTED_HINT)
  }
  if (error instanceof ConfigError) return failure(ExitCode.invalid, error.message)
  if (error instanceof ServiceError) {
    const { kind, code, detail } = error
    return failure(EXIT_CODES[kind], `${detail.replace(/\.$/, '')} (${code})`, HINTS.get(code))
  }
  const system = toSystemFailure(error)
  if (system !== undefined) return system
  const text = error instanceof Error ? error.message : String(error)
  return { ...failure(ExitCode.failed, `unexpected error: ${text}`), isBug: true }
}

/** Files that cannot be read or do not hold what they should are invalid input; all else stays what it is. */
export const toInputError = (error: unknown): unknown => {
  const isFile = error instanceof Error && 'syscall' in error
  const isContent = error instanceof SimError || error instanceof ProtocolError
  if (!isFile && !isContent) return error
  return new CommandError(ExitCode.invalid, error.message, { cause: error })
}

const UNEXPECTED_HINT = 'Is the server of the same release as this command?'

const failure = (
  exitCode: ExitCode,
  message: string | undefined,
  hint: string | undefined = undefined,
): Failure => ({ exitCode, message, hint, isBug: false })

const isAbort = (error: unknown, signal: AbortSignal): boolean =>
  error === signal.reason || (error instanceof Error && error.name === 'AbortError')

const EXIT_CODES: Readonly<Record<ServiceErrorKind, ExitCode>> = {
  invalid: ExitCode.invalid,
  unauthenticated: ExitCode.notPermitted,
  forbidden: ExitCode.notPermitted,
  not_found: ExitCode.notFound,
  conflict: ExitCode.conflict,
  rate_limited: ExitCode.failed,
  unavailable: ExitCode.unreachable,
}

/** What to do about a refusal, by its code, in the words of the command line. */
export const HINTS: ReadonlyMap<string, string> = new Map([
  ['account_exists', 'Upper and lower case make no difference. See: windfall account list'],
  ['account_unknown', 'See: windfall account list'],
  ['backup_passphrase', 'Or the head of the file is damaged: try another copy of the backup.'],
  ['backup_newer', 'Restore it with the release that made it, or a later one.'],
  ['backup_truncated', 'Nothing was restored. Try another copy of the backup, or an earlier one.'],
  ['backup_damaged', 'Nothing was restored. Try another copy of the backup, or an earlier one.'],
  ['restore_not_empty', 'Name a directory where no windfall keeps its data: --data DIR'],
  ['database_not_empty', 'Name a database that is empty: WINDFALL_DATABASE__URL'],
  [
    'database_moved',
    'Start the server with WINDFALL_DATABASE__URL. The way back: docs/operations.md',
  ],
  [
    'database_moving',
    'Finish it: windfall migrate, with the same --to. The way back: docs/operations.md',
  ],
  ['database_absent', 'Name the data directory of a server that used SQLite: --data DIR'],
  ['move_differs', 'Somebody has used the other database: empty it and move again.'],
  [
    'database_corrupt',
    'Move the data directory away and restore the latest backup: windfall restore FILE --data DIR',
  ],
  [
    'database_lost',
    'Restore the latest backup: windfall restore FILE --data DIR. For a new CA, begin in an empty directory.',
  ],
  [
    'database_in_use',
    'Another windfall starts, stops or works on this data: try again in a moment.',
  ],
  ['already_set_up', 'An owner adds others: windfall operator add NAME --role ROLE'],
  ['directory_exists', 'See: windfall directory list'],
  ['directory_secret', 'Give it with --secret-stdin or --secret-file FILE'],
  ['directory_unknown', 'See: windfall directory list'],
  ['enrollment_unknown', 'See: windfall enrollment list'],
  ['flow_exists', 'Change it: windfall flow change NAME'],
  ['flow_unknown', 'See: windfall flow list'],
  ['flow_without_list', 'Let it ask for one: windfall flow change NAME --requires both'],
  ['operator_exists', 'Upper and lower case make no difference. See: windfall operator list'],
  ['operator_unknown', 'See: windfall operator list'],
  ['token_invalid', 'The first token lies in the data directory of the server, in api-token.'],
  ['token_unknown', 'See: windfall token list'],
  ['webhook_disabled', 'Let it be told again: windfall webhook enable ID'],
  ['webhook_unknown', 'See: windfall webhook list'],
])

const SYSTEM_ERRORS: ReadonlyMap<string, readonly [ExitCode, hint?: string]> = new Map([
  ['EADDRINUSE', [ExitCode.conflict, 'Another program listens there: choose another port.']],
  ['EADDRNOTAVAIL', [ExitCode.invalid, 'No interface of this machine has the address.']],
  ['EACCES', [ExitCode.notPermitted]],
  ['EPERM', [ExitCode.notPermitted]],
  ['EROFS', [ExitCode.notPermitted]],
  ['ENOSPC', [ExitCode.failed]],
  ['ENOENT', [ExitCode.notFound]],
  ['ENOTDIR', [ExitCode.invalid]],
])

const toSystemFailure = (error: unknown): Failure | undefined => {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  const [exitCode, hint] = SYSTEM_ERRORS.get(String(error.code)) ?? []
  return exitCode === undefined ? undefined : failure(exitCode, error.message, hint)
}
