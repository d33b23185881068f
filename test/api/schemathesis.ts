import { execFile } from 'node:child_process'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { createPublicServer } from '../../src/http/index.ts'
import type { Dialect } from '../dialect.ts'
import { startTestServer } from '../harness.ts'
import { bearer } from '../operator.ts'

export const SCHEMATHESIS = 'schemathesis'

export interface SchemathesisResult {
  /** 0: nothing was found. */
  readonly status: number
  readonly report: string
  /** Lines of the server's log at the level of an error. */
  readonly errors: readonly string[]
}

// An operator's identity may leave out the issuer where one is configured.
const PROVIDER = {
  WINDFALL_OIDC__ISSUER: 'https://login.example.com',
  WINDFALL_OIDC__CLIENT_ID: 'windfall',
  WINDFALL_OIDC__CLIENT_SECRET: 'of no use',
}

/** Runs `schemathesis`, with all its checks, over the document of a server of its own, on which a phone has enrolled. */
export const runSchemathesis = async (
  dialect: Dialect,
  options: readonly string[],
): Promise<SchemathesisResult> => {
  await using place = await dialect.create()
  await using server = await startTestServer({ location: place.location, env: PROVIDER })
  await server.enroll()
  await using folder = await mkdtempDisposable(join(tmpdir(), 'windfall-schemathesis-'))
  const errors: string[] = []
  const logger = pino({ level: 'error' }, { write: (line: string) => void errors.push(line) })
  // Without TLS: each request has a connection of its own.
  await using listener = await createPublicServer(server.app.core.services, { logger })
  const url = await listener.listen({ host: '127.0.0.1', port: 0 })
  const { authorization } = bearer(server)
  const args = [
    ...['run', `${url}/api/openapi.json`],
    ...['--url', url, '--header', `Authorization: ${authorization}`],
    ...['--checks', 'all', '--generation-deterministic', '--no-color'],
    // On the owner's socket only.
    ...['--exclude-operation-id', 'createBackup'],
    ...options,
  ]
  const { status, report } = await run(args, folder.path)
  return { status, report, errors }
}

// Not spawnSync: the server runs in this process.
const run = (
  args: readonly string[],
  cwd: string,
): Promise<Pick<SchemathesisResult, 'status' | 'report'>> =>
  new Promise((resolve) => {
    const options = { cwd, maxBuffer: 2 ** 26 }
    const child = execFile(SCHEMATHESIS, args, options, (_error, stdout, stderr) => {
      resolve({ status: child.exitCode ?? -1, report: stdout + stderr })
    })
  })
