import { fixPort } from '../../src/http/index.ts'
import { startTestServer, type TestServer, type TestServerOptions } from '../harness.ts'
import { type Reachable, request } from '../request.ts'

/** A server with its listener for operations, and where that is. */
export interface OpsServer extends AsyncDisposable {
  readonly server: TestServer
  readonly ops: Reachable
}

export const startOpsServer = async ({
  env = {},
  ...options
}: TestServerOptions = {}): Promise<OpsServer> => {
  const { port } = await fixPort({ host: '127.0.0.1', port: 0 })
  const address = `127.0.0.1:${port}`
  const server = await startTestServer({
    ...options,
    env: { WINDFALL_OPS__LISTEN: address, ...env },
  })
  return {
    server,
    ops: { url: `http://${address}`, roots: [] },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** What `/readyz?verbose` says. */
export interface Readiness {
  readonly status: number
  readonly ready: boolean
  readonly failed: readonly string[]
  readonly checks: readonly {
    readonly name: string
    readonly state: string
    readonly lastSuccess: string | null
    readonly lastError: { readonly at: string; readonly code: string } | null
    readonly ms: number
  }[]
  readonly connections: readonly {
    readonly name: string
    readonly state: string
    readonly since: string | null
    readonly lastSuccess: string | null
    readonly lastError: { readonly at: string; readonly code: string } | null
  }[]
}

export const readReadiness = async (ops: Reachable): Promise<Readiness> => {
  const { status, body } = await request(ops, '/readyz?verbose')
  return { ...JSON.parse(body.toString()), status }
}

/** The number of a series, such as `windfall_profiles_served_total{kind="identity"}`; undefined where it is absent. */
export const readMetric = async (ops: Reachable, series: string): Promise<number | undefined> => {
  const { body } = await request(ops, '/metrics')
  const line = body
    .toString()
    .split('\n')
    .find((each) => each.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length))
}
