import { existsSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { type Api, type Call, createApi } from '../api-client/index.ts'
import type { Config } from '../config/index.ts'
import type { ClientFlags } from './client-flags.ts'
import { readClientTarget } from './client-flags.ts'
import { beginExchange, type ExchangeAnswer, exchange, readAnswer } from './exchange.ts'
import { CommandError, ExitCode } from './exit.ts'
import { HINTS } from './failure.ts'
import { createLogger } from './log.ts'
import type { Terminal } from './terminal.ts'

/** The API of a windfall, wherever it is. A refusal is a CommandError. */
export interface Client extends AsyncDisposable {
  /** False where this process works on the data itself, because no server holds it. */
  readonly isServer: boolean
  readonly api: Api
  /** A good answer as it begins; undefined where there is no server. */
  readonly begin: Begin | undefined
}

/** `path`: with its query. */
type Begin = (path: string, signal: AbortSignal) => Promise<IncomingMessage>

interface Request extends Pick<Call, 'method' | 'path'> {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly patience: number | undefined
}

/**
 * The running server that the flags name: over HTTPS, or over the Unix socket in the data directory. Where
 * no server runs, the data itself; `creates` says whether it is made if there is none.
 */
export const openClient = async (
  flags: ClientFlags,
  terminal: Terminal,
  { creates = false }: { readonly creates?: boolean } = {},
): Promise<Client> => {
  const target = await readClientTarget(flags, terminal)
  if (target.kind === 'data') return await openOnData(target.config, terminal, creates)
  const { to, headers } = target
  const { signal } = terminal
  const begin: Begin = async (path, until) => {
    const response = await beginExchange({ to, method: 'GET', path, headers, signal: until })
    if (response.statusCode !== 200) read(await readAnswer(response))
    return response
  }
  return createClient(
    (request) => exchange({ to, signal, ...request, headers: { ...request.headers, ...headers } }),
    { begin, dispose: async () => {} },
  )
}

const openOnData = async (
  config: Config,
  terminal: Terminal,
  creates: boolean,
): Promise<Client> => {
  if (!creates && !existsSync(config.masterKeyFile)) {
    throw new CommandError(ExitCode.notFound, `no windfall keeps its data in ${config.data}`, {
      hint: 'Name its directory with --data DIR, or start one there: windfall serve --data DIR',
    })
  }
  const logger = createLogger(terminal.stderr, 'error')
  // Server and database are loaded where they are needed: most commands only ask a server that runs.
  const { openOwnerApi } = await import('../app.ts')
  const api = await openOwnerApi({ config, logger })
  return createClient((request) => api.request(request), {
    begin: undefined,
    dispose: async () => api[Symbol.asyncDispose](),
  })
}

const createClient = (
  send: (request: Request) => Promise<ExchangeAnswer>,
  { begin, dispose }: Pick<Client, 'begin'> & { readonly dispose: () => Promise<void> },
): Client => ({
  isServer: begin !== undefined,
  begin,
  api: createApi(async ({ method, path, headers = {}, body }, { patience } = {}) => {
    const json = body === undefined ? undefined : JSON.stringify(body)
    return read(await send({ method, path, headers, body: json, patience }))
  }),
  [Symbol.asyncDispose]: dispose,
})

const read = ({ status, body }: ExchangeAnswer): unknown => {
  if (status === 204) return null
  const json = parseJson(body)
  if (status < 400 && json !== undefined) return json
  const { data: problem } = PROBLEM.safeParse(json)
  if (problem === undefined) {
    throw new CommandError(ExitCode.failed, `the answer (${status}) is not one of windfall's API`)
  }
  const { code, detail, hint } = problem
  throw new CommandError(exitCodeOf(status), `${detail} (${code})`, {
    hint: HINTS.get(code) ?? hint,
    code,
  })
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** RFC 9457, with our members. */
const PROBLEM = z.object({ code: z.string(), detail: z.string(), hint: z.string().optional() })

const EXIT_CODES = new Map<number, ExitCode>([
  [400, ExitCode.invalid],
  [401, ExitCode.notPermitted],
  [403, ExitCode.notPermitted],
  [404, ExitCode.notFound],
  [409, ExitCode.conflict],
  [412, ExitCode.conflict],
  [422, ExitCode.invalid],
  [428, ExitCode.invalid],
  [503, ExitCode.unreachable],
])

const exitCodeOf = (status: number): ExitCode => EXIT_CODES.get(status) ?? ExitCode.failed
