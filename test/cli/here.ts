import { EventEmitter } from 'node:events'
import { Readable, Writable } from 'node:stream'
import { createProgram, toFailure } from '../../src/cli/index.ts'
import type { Result } from './windfall.ts'

/** Runs `windfall …` in this process, with no environment but this. */
export const runHere = async (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Result> => {
  const texts = { stdout: '', stderr: '' }
  const collect = (name: keyof typeof texts): Writable =>
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        texts[name] += chunk.toString()
        done()
      },
    })
  const { signal } = new AbortController()
  const [stdout, stderr] = [collect('stdout'), collect('stderr')]
  const hangUp = new EventEmitter()
  const terminal = { stdin: Readable.from(['']), stdout, stderr, env, signal, hangUp }
  try {
    await createProgram(terminal).parseAsync([...args], { from: 'user' })
    return { code: 0, ...texts }
  } catch (error) {
    const { exitCode, message, hint } = toFailure(error, signal)
    return {
      code: exitCode,
      stdout: texts.stdout,
      stderr: [texts.stderr, message, hint].join('\n'),
    }
  }
}
