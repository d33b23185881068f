import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { fixPort } from '../../src/http/index.ts'

const PROGRAM = fileURLToPath(new URL('server.ts', import.meta.url))

/** What the first process has compiled spares the later ones half of their start. */
const COMPILED = mkdtempSync(join(tmpdir(), 'windfall-compiled-'))
process.once('exit', () => rmSync(COMPILED, { recursive: true }))

export interface SupervisorOptions {
  readonly data: string
  /** Of windfall. */
  readonly env?: Readonly<Record<string, string>>
  /** For the first process only. */
  readonly firstEnv?: Readonly<Record<string, string>>
  /** What Node is told beside the program. */
  readonly execArgv?: readonly string[]
  /** Compiles at every start, as on a machine that has just booted. */
  readonly isCold?: boolean
  /** Looks at what a process left behind, before another one starts. */
  readonly examine?: () => Promise<void>
}

/** A server in a process of its own that starts again, on the same port, whenever it was killed. */
export class Supervisor implements AsyncDisposable {
  readonly url: string
  /** From the start of each process until it was ready, in milliseconds. */
  readonly starts: number[] = []
  readonly #options: SupervisorOptions
  readonly #port: number
  readonly #life: Promise<void>
  #child: ChildProcess | undefined
  #up = Promise.withResolvers<ChildProcess>()
  #isOver = false
  #deaths = 0

  private constructor(options: SupervisorOptions, port: number) {
    this.url = `http://127.0.0.1:${port}`
    this.#options = options
    this.#port = port
    this.#life = this.#live()
    this.#life.catch((error) => this.#up.reject(error))
  }

  static async start(options: SupervisorOptions): Promise<Supervisor> {
    const { port } = await fixPort({ host: '127.0.0.1', port: 0 })
    const supervisor = new Supervisor(options, port)
    await supervisor.ready()
    return supervisor
  }

  /** How often the process was killed. */
  get deaths(): number {
    return this.#deaths
  }

  /** Resolves when a server answers; rejects when there will be none. */
  async ready(): Promise<void> {
    await this.#up.promise
  }

  /** SIGKILL. Resolves when the process is no more. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  /** SIGSTOP: the process keeps its connections and its locks, and does nothing. */
  async pause(): Promise<void> {
    const child = await this.#up.promise
    child.kill('SIGSTOP')
  }

  /** SIGCONT: it goes on as if nothing had happened. */
  async resume(): Promise<void> {
    const child = await this.#up.promise
    child.kill('SIGCONT')
  }

  /** Sends a message to the process and returns its answer. */
  async ask(message: object): Promise<unknown> {
    const child = await this.#up.promise
    const answered = once(child, 'message')
    child.send(message)
    const [answer]: unknown[] = await answered
    return answer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    await this.kill()
    await this.#life.catch(() => {})
  }

  /** Follows one process after the other until the end. */
  async #live(): Promise<void> {
    for (let env = this.#options.firstEnv; !this.#isOver; env = {}) {
      const start = performance.now()
      const child = this.#spawn(env)
      const ended = once(child, 'exit')
      const isReady = await Promise.race([
        once(child, 'message').then(() => true),
        ended.then(() => false),
      ])
      if (isReady) {
        this.starts.push(performance.now() - start)
        this.#up.resolve(child)
      }
      const [, signal] = await ended
      if (isReady) this.#up = Promise.withResolvers()
      this.#up.promise.catch(() => {})
      if (this.#isOver) break
      if (signal !== 'SIGKILL') throw new Error('the server ended by itself')
      this.#deaths += 1
      await this.#options.examine?.()
    }
    throw new Error('the server is stopped for good')
  }

  #spawn(env: Readonly<Record<string, string>> = {}): ChildProcess {
    const { data, execArgv = [], isCold = false } = this.#options
    this.#child = fork(PROGRAM, {
      env: {
        PATH: process.env['PATH'],
        CRASH_PORT: String(this.#port),
        ...(isCold ? {} : { NODE_COMPILE_CACHE: COMPILED }),
        WINDFALL_DATA: data,
        WINDFALL_LISTEN: '127.0.0.1:0',
        WINDFALL_PUBLIC_URL: 'https://localhost:8443',
        WINDFALL_OPS__LISTEN: 'off',
        WINDFALL_SIMULATOR__TRUST: 'true',
        ...this.#options.env,
        ...env,
      },
      execArgv: [...execArgv],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    return this.#child
  }
}
