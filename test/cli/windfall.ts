import assert from 'node:assert/strict'
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

export const BIN = join(import.meta.dirname, '../../bin/windfall.js')

/** As a stranger's shell has it: nothing of ours, nothing of the test runner's. */
const stranger = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(WINDFALL_|NODE_|FORCE_COLOR$)/.test(name)),
)

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** What stands on standard input; nothing by default. */
  readonly input?: string
  readonly cwd?: string
}

export interface Result {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `windfall …` to its end. */
export const windfall = async (
  args: readonly string[],
  options: RunOptions = {},
): Promise<Result> => {
  await using running = start(args, options)
  return await running.ended
}

/** The same, expecting that it succeeds. @returns what it printed */
export const succeed = async (args: readonly string[], options?: RunOptions): Promise<string> => {
  const { code, stdout, stderr } = await windfall(args, options)
  assert.equal(code, 0, stderr)
  return stdout
}

/** A `windfall …` that runs. Disposing ends it. */
export interface Running extends AsyncDisposable {
  readonly pid: number
  readonly ended: Promise<Result>
  /** What it printed up to the first match. Fails if it ends before. */
  until(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<string>
  signal(name: NodeJS.Signals): void
}

export const start = (
  args: readonly string[],
  { env = {}, input = '', cwd = tmpdir() }: RunOptions = {},
): Running => {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { ...stranger, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text
    })
  }
  const ended = waitForEnd(child, texts)
  return {
    pid: child.pid ?? assert.fail('it did not start'),
    ended,
    async until(stream, pattern) {
      while (!pattern.test(texts[stream])) {
        const event = await Promise.race([once(child[stream], 'data'), ended])
        if ('code' in event && !pattern.test(texts[stream])) {
          assert.fail(`it ended (${event.code}) before ${pattern}: ${event.stderr}`)
        }
      }
      return texts[stream]
    },
    signal: (name) => void child.kill(name),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

const waitForEnd = async (
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  texts: { readonly stdout: string; readonly stderr: string },
): Promise<Result> => {
  const [code]: (number | null)[] = await once(child, 'close')
  return { code: code ?? null, ...texts }
}

/** A running server with data of its own, and where it is reached. */
export interface Server extends AsyncDisposable {
  readonly url: string
  readonly running: Running
  readonly printed: string
}

export const serve = async (
  data: string,
  {
    args = [],
    env = {},
  }: { readonly args?: readonly string[]; readonly env?: RunOptions['env'] } = {},
): Promise<Server> => {
  const running = start(['serve', '--data', data, '--listen', '127.0.0.1:0', ...args], {
    env: { WINDFALL_OPS__LISTEN: 'off', WINDFALL_SIMULATOR__TRUST: 'true', ...env },
  })
  const printed = await running.until('stdout', /\nready\n$/)
  const url = /address +(\S+)/.exec(printed)?.[1] ?? ''
  return { url, running, printed, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() }
}

export const temporaryDirectory = () => mkdtempDisposable(join(tmpdir(), 'windfall-cli-'))

/** Adds anna, who may enroll. */
export const addAnna = (data: string): Promise<string> =>
  succeed(['account', 'add', 'anna', '--password-stdin', '--data', data], {
    input: `${PASSWORD}\n`,
  })

export const PASSWORD = 'correct horse battery staple'

/** One simulated iPhone of anna's through all phases. */
export const enrollPhone = (
  data: string,
  url: string,
  args: readonly string[] = [],
): Promise<Result> =>
  windfall(
    [
      ...['sim', 'enroll', '--url', url, '--account', 'anna', '--password-stdin'],
      ...['--data', data, '--cacert', join(data, 'root.der'), ...args],
    ],
    { input: PASSWORD },
  )
