import { join } from 'node:path'
import { ProtocolError } from '../errors.ts'
import { SimError } from '../sim/index.ts'
import { CommandError, ExitCode } from './exit.ts'

/** What a command reads and writes; `process` is one. */
export interface Terminal {
  readonly stdin: AsyncIterable<Uint8Array | string>
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
}

/** Where the simulated device CA lies: a server that trusts it keeps it in the same place. */
export const deviceAuthorityDirectory = (flags: {
  readonly data: string
  readonly deviceCa?: string
}): string => flags.deviceCa ?? join(flags.data, 'simulator')

/** Files that cannot be read or do not hold what they should are invalid input; all else stays what it is. */
export const toCommandError = (error: unknown): unknown => {
  const isFile = error instanceof Error && 'syscall' in error
  const isContent = error instanceof SimError || error instanceof ProtocolError
  return isFile || isContent
    ? new CommandError(ExitCode.invalid, error.message, { cause: error })
    : error
}
