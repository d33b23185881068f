import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { CommandError, ExitCode } from './exit.ts'
import { readSecret } from './input.ts'
import type { Terminal } from './terminal.ts'

/**
 * A password from standard input, or typed without echo where somebody sits at a terminal.
 * @throws CommandError `usage` where there is neither, `invalid` where it is empty
 */
export const readPassword = async (
  terminal: Terminal,
  { passwordStdin = false }: { readonly passwordStdin?: boolean },
): Promise<string> => {
  if (!passwordStdin && !terminal.stdin.isTTY) {
    throw new CommandError(ExitCode.usage, 'the password is missing', {
      hint: 'Give it on standard input: --password-stdin < FILE',
    })
  }
  const password = passwordStdin
    ? await readSecret('-', terminal)
    : await ask(terminal, 'Password: ')
  if (password !== '') return password
  throw new CommandError(ExitCode.invalid, 'the password is empty')
}

const ask = async ({ stdin, stderr, signal }: Terminal, question: string): Promise<string> => {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  using lines = createInterface({ input: stdin, output: nowhere, terminal: true })
  stderr.write(question)
  try {
    return await lines.question('', { signal })
  } catch (cause) {
    throw new CommandError(ExitCode.interrupted, 'no password was entered', { cause })
  } finally {
    stderr.write('\n')
  }
}
