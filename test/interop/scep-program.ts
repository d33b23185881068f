import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestServer } from '../harness.ts'

export const STATIC_CHALLENGE = 'a challenge for other programs'

/** What a program said. */
export interface ProgramResult {
  readonly status: number
  readonly stdout: Buffer
  readonly stderr: string
}

/** A server for programs that know nothing of windfall, and a folder for them to work in. */
export interface ScepServer extends AsyncDisposable {
  readonly url: string
  readonly folder: string
  /** Runs a program in the folder. It gets `home` as its home directory. */
  run(program: string, args: readonly string[]): Promise<ProgramResult>
  write(name: string, bytes: Uint8Array | string): Promise<void>
  read(name: string): Promise<Buffer>
  list(): Promise<readonly string[]>
  log(): string
}

/** The two ways to run the CA, and the settings of each. */
export const AUTHORITIES = [
  { name: 'with RA', env: {} },
  { name: 'without RA', env: { WINDFALL_CA__RA: 'false', WINDFALL_CA__KEY_TYPE: 'rsa-2048' } },
] as const

/** Starts a server that serves SCEP over plain HTTP. The root lies in the folder as `root.der`. */
export const startScepServer = async (
  env: Readonly<Record<string, string>>,
): Promise<ScepServer> => {
  await using stack = new AsyncDisposableStack()
  const server = stack.use(
    await startTestServer({
      env: {
        WINDFALL_SCEP__HTTP_LISTEN: '127.0.0.1:0',
        WINDFALL_SCEP__STATIC_CHALLENGE: STATIC_CHALLENGE,
        ...env,
      },
    }),
  )
  const folder = await mkdtemp(join(tmpdir(), 'windfall-scep-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'root.der'), server.app.core.services.site.rootCertificate)
  const owned = stack.move()
  return {
    url: `${server.app.scepUrl}/scep`,
    folder,
    run: (program, args) => run(folder, program, args),
    write: (name, bytes) => writeFile(join(folder, name), bytes),
    read: (name) => readFile(join(folder, name)),
    list: () => readdir(folder),
    log: server.log,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** For the options of a test: false where every program is there, else which one is not. */
export const skipWithout = (...programs: readonly string[]): string | false => {
  const absent = programs.find((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status)
  return absent === undefined ? false : `${absent} is absent`
}

// Not spawnSync: the server that the program talks to runs in this process.
const run = (folder: string, program: string, args: readonly string[]): Promise<ProgramResult> =>
  new Promise((resolve) => {
    const options = { cwd: folder, encoding: 'buffer', env: environment(folder) } as const
    const child = execFile(program, args, options, (_error, stdout, stderr) => {
      resolve({ status: child.exitCode ?? -1, stdout, stderr: stderr.toString() })
    })
  })

const environment = (folder: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  LC_ALL: 'C',
  HOME: folder,
  XDG_CONFIG_HOME: join(folder, '.config'),
  TMPDIR: folder,
})
