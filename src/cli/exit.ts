/** What a command says to the shell; promised in docs/architecture.md. */
export const ExitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  notPermitted: 4,
  conflict: 5,
  invalid: 6,
  unreachable: 7,
  timedOut: 8,
  partial: 9,
  planHasChanges: 10,
  interrupted: 130,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

interface CommandErrorOptions extends ErrorOptions {
  /** What to do about it. */
  readonly hint?: string | undefined
  /** What the API calls it. */
  readonly code?: string | undefined
}

/** A command that ends otherwise than well; `message` is for the person at the keyboard. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exitCode: ExitCode
  readonly hint: string | undefined
  readonly code: string | undefined

  constructor(exitCode: ExitCode, message: string, options: CommandErrorOptions = {}) {
    super(message, options)
    this.exitCode = exitCode
    this.hint = options.hint
    this.code = options.code
  }
}
