import { readFile } from 'node:fs/promises'
import { addAbortSignal } from 'node:stream'
import { toInputError } from './failure.ts'
import type { Terminal } from './terminal.ts'

/** What is in a file, or on standard input where the file is `-`. @throws what `toInputError` makes of a fault */
export const readInput = async (file: string, { stdin, signal }: Terminal): Promise<Uint8Array> => {
  if (file !== '-')
    return await readFile(file).catch((error) => Promise.reject(toInputError(error)))
  const chunks: Uint8Array[] = []
  for await (const chunk of addAbortSignal(signal, stdin)) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** The same as text, without the line end that `echo` and editors put behind a secret. */
export const readSecret = async (file: string, terminal: Terminal): Promise<string> =>
  Buffer.from(await readInput(file, terminal))
    .toString()
    .replace(/\r?\n$/, '')
