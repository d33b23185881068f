import { randomBytes } from 'node:crypto'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import type { App } from '../app.ts'
import { type Config, loadConfig } from '../config/index.ts'
import { type Certificate, decodeCertificate } from '../protocol/x509/index.ts'
import { createDevice, type Device, ensureDeviceAuthority } from '../sim/index.ts'
import { createLogger } from './log.ts'

/** What the demo plays on. Disposing stops the server and removes everything. */
export interface Stage extends AsyncDisposable {
  readonly app: App
  /** The server's data directory. */
  readonly data: string
  /** Where the phone keeps what it sent and got. */
  readonly archive: string
  readonly account: { readonly name: string; readonly password: string }
  /** Holds the password of the account holder. */
  readonly passwordFile: string
  readonly phone: Device
  /** Somebody else's. */
  readonly otherPhone: Device
  readonly roots: readonly Certificate[]
}

export const ORGANIZATION = 'Example Orchard DEMO'
const PORT = 8443

/** Starts a server on the port; undefined: on 8443, or on a free one where that is taken. */
export const openStage = async (port: number | undefined, stderr: Writable): Promise<Stage> => {
  await using stack = new AsyncDisposableStack()
  const directory = stack.use(await mkdtempDisposable(join(tmpdir(), 'windfall-demo-')))
  const data = join(directory.path, 'data')
  const app = stack.use(await start(data, port, stderr))
  const account = { name: 'anna', password: randomBytes(12).toString('base64url') }
  const { name, password } = account
  await app.core.services.accounts.add({ name, password, fullName: 'Anna Example' })
  const passwordFile = join(directory.path, 'anna.password')
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  const authority = await ensureDeviceAuthority(join(data, 'simulator'))
  const [phone, otherPhone] = await Promise.all([createDevice(authority), createDevice(authority)])
  const roots = [decodeCertificate(app.core.services.site.rootCertificate)]
  const owned = stack.move()
  return {
    app,
    data,
    archive: join(directory.path, 'phone'),
    account,
    passwordFile,
    phone,
    otherPhone,
    roots,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const start = async (data: string, port: number | undefined, stderr: Writable): Promise<App> => {
  const { startApp } = await import('../app.ts')
  const logger = createLogger(stderr, 'error')
  try {
    return await startApp({ config: createConfig(data, port ?? PORT), logger })
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (!isTaken || port !== undefined) throw error
    return await startApp({ config: createConfig(data, 0), logger })
  }
}

// Nothing of the environment: the demo is the same everywhere. On loopback only, since it trusts the simulator.
const createConfig = (data: string, port: number): Config =>
  loadConfig({
    env: {
      WINDFALL_DATA: data,
      WINDFALL_LISTEN: `127.0.0.1:${port}`,
      WINDFALL_OPS__LISTEN: 'off',
      WINDFALL_SIMULATOR__TRUST: 'true',
      WINDFALL_ORGANIZATION__NAME: ORGANIZATION,
    },
  })
