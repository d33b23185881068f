import { execFile } from 'node:child_process'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatCertificatePem } from '../../src/protocol/x509/index.ts'
import type { Dialect } from '../dialect.ts'
import { startTestServer } from '../harness.ts'
import { bearer } from '../operator.ts'

export interface SchemathesisResult {
  /** 0: nothing was found. */
  readonly status: number
  readonly report: string
  /** Lines of the server's log at the level of an error. */
  readonly errors: readonly string[]
}

// POST, DELETE and the rest are tried where they are not described; one more is enough to see 405 and `Allow`.
const SETTINGS = `[phases.coverage]
unexpected-methods = ["PUT"]
`

/** Runs `schemathesis`, with all its checks, over the document of a server of its own, on which a phone has enrolled. */
export const runSchemathesis = async (
  dialect: Dialect,
  options: readonly string[],
): Promise<SchemathesisResult> => {
  await using place = await dialect.create()
  await using server = await startTestServer({ location: place.location })
  await server.enroll()
  await using folder = await mkdtempDisposable(join(tmpdir(), 'windfall-schemathesis-'))
  const [settings, root] = [join(folder.path, 'schemathesis.toml'), join(folder.path, 'root.pem')]
  await writeFile(settings, SETTINGS)
  await writeFile(root, server.roots.map(formatCertificatePem).join(''))
  const { authorization } = bearer(server)
  const args = [
    ...['--config-file', settings, 'run', `${server.url}/api/openapi.json`],
    ...['--url', server.url, '--tls-verify', root, '--header', `Authorization: ${authorization}`],
    ...['--checks', 'all', '--generation-deterministic', '--no-color'],
    // On the owner's socket only.
    ...['--exclude-operation-id', 'createBackup'],
    ...options,
  ]
  const { status, report } = await run(args, folder.path)
  const errors = server
    .log()
    .split('\n')
    .filter((line) => line.includes('"level":50'))
  return { status, report, errors }
}

// Not spawnSync: the server runs in this process.
const run = (
  args: readonly string[],
  cwd: string,
): Promise<Pick<SchemathesisResult, 'status' | 'report'>> =>
  new Promise((resolve) => {
    const options = { cwd, maxBuffer: 2 ** 26 }
    const child = execFile('schemathesis', args, options, (_error, stdout, stderr) => {
      resolve({ status: child.exitCode ?? -1, report: stdout + stderr })
    })
  })
