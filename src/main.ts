import { EventEmitter } from 'node:events'
import { createProgram, type Terminal, toFailure } from './cli/index.ts'

/**
 * Runs the command that the arguments name (`process.argv` without node and script).
 * @returns what the process has to exit with
 */
export const main = async (argv: readonly string[]): Promise<number> => {
  const { stdin, stdout, stderr, env } = process
  const hangUp = new EventEmitter()
  const terminal = { stdin, stdout, stderr, env, hangUp, signal: abortOnSignals(hangUp) }
  // Whoever reads may have read enough (`| head`).
  stdout.on('error', ignoreClosedPipe)
  // Messages that find no room, on a full disk say, end nothing.
  stderr.on('error', () => {})
  try {
    await createProgram(terminal).parseAsync([...argv], { from: 'user' })
    return 0
  } catch (error) {
    return report(error, terminal)
  }
}

// Never taken off: the launcher passes on what a terminal also sends directly, so that each may come twice.
const abortOnSignals = (hangUp: EventEmitter): AbortSignal => {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => controller.abort())
  process.on('SIGHUP', () => {
    if (!hangUp.emit('hangUp')) controller.abort()
  })
  return controller.signal
}

const ignoreClosedPipe = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EPIPE') throw error
}

const report = (error: unknown, { stderr, env, signal }: Terminal): number => {
  const { exitCode, message, hint, isBug } = toFailure(error, signal)
  if (message !== undefined) stderr.write(`windfall: ${message}\n`)
  if (hint !== undefined) stderr.write(`  hint: ${hint}\n`)
  const isDebugging = isBug && env['WINDFALL_LOG__LEVEL'] === 'debug'
  if (isDebugging && error instanceof Error) stderr.write(`${error.stack}\n`)
  return exitCode
}
