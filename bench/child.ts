import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fixPort } from '../src/http/index.ts'

export const STATIC_CHALLENGE = 'a challenge for the benchmark'

/** A server in a process of its own; disposing stops it. */
export interface Child extends AsyncDisposable {
  readonly pid: number
  /** HTTPS, as configured. */
  readonly port: number
  readonly scepPort: number
  readonly opsPort: number
  /** What it prints when it is ready. Rejects if it ends instead. */
  firstLine(): Promise<string>
}

export interface ChildOptions {
  /** What Node is told to run. */
  readonly program: readonly string[]
  readonly data: string
  /** Of windfall. */
  readonly env?: Readonly<Record<string, string>>
}

/** Two keys or one, and of which kind: the two ways to run the CA. */
export const RSA_WITHOUT_RA = {
  WINDFALL_CA__RA: 'false',
  WINDFALL_CA__KEY_TYPE: 'rsa-2048',
  WINDFALL_SIGNER__KEY_TYPE: 'rsa-2048',
} as const
export const P256_WITH_RA = { WINDFALL_CA__RA: 'true', WINDFALL_CA__KEY_TYPE: 'p-256' } as const

/** The server with what only the benchmark may do, from the sources. */
export const BENCH_SERVER = [new URL('./server.ts', import.meta.url).pathname]

/** `windfall serve` of the built server. */
export const BUILT_SERVER = [new URL('./built.ts', import.meta.url).pathname]

/** Starts a server on ports of its own. Its log, all lines that it writes by default, goes to a file. */
export const startChild = async ({ program, data, env = {} }: ChildOptions): Promise<Child> => {
  const [{ port }, scep, ops] = await Promise.all([freePort(), freePort(), freePort()])
  const log = await open(join(data, 'log'), 'a')
  const child = spawn(process.execPath, program, {
    stdio: ['ignore', 'pipe', log.fd],
    env: {
      PATH: process.env['PATH'],
      WINDFALL_DATA: data,
      WINDFALL_LISTEN: `127.0.0.1:${port}`,
      WINDFALL_OPS__LISTEN: `127.0.0.1:${ops.port}`,
      WINDFALL_SCEP__HTTP_LISTEN: `127.0.0.1:${scep.port}`,
      WINDFALL_SCEP__STATIC_CHALLENGE: STATIC_CHALLENGE,
      WINDFALL_SIMULATOR__TRUST: 'true',
      WINDFALL_API__REQUESTS_PER_MINUTE: '10000000',
      ...env,
    },
  })
  const exited = once(child, 'exit')
  await log.close()
  if (child.stdout === null || child.pid === undefined) throw new Error('Node did not start')
  const lines = createInterface({ input: child.stdout })
  const line = new Promise<string>((resolve) => lines.once('line', resolve))
  const failed = async (): Promise<never> => {
    await exited
    throw new Error(`the server did not start: see ${data}/log`)
  }
  return {
    pid: child.pid,
    port,
    scepPort: scep.port,
    opsPort: ops.port,
    firstLine: () => Promise.race([line, failed()]),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await exited
    },
  }
}

const freePort = () => fixPort({ host: '127.0.0.1', port: 0 })

/** A data directory for as long as it is held. */
export const makeData = async (): Promise<AsyncDisposable & { readonly path: string }> => {
  const path = await mkdtemp(join(tmpdir(), 'windfall-bench-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
