import http from 'node:http'
import https from 'node:https'
import { CommandError, ExitCode } from './exit.ts'

/** One HTTP request and where it goes. */
export interface ExchangeOptions {
  readonly to: ExchangeTarget
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** With its query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string | undefined
  readonly signal: AbortSignal
  /** Milliseconds until the whole answer is there; by default half a minute. */
  readonly patience?: number | undefined
}

/** A Unix socket, or a server whose certificate leads to one of the roots (PEM; absent: the machine's). */
export type ExchangeTarget =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'https'; readonly origin: string; readonly roots: string | undefined }

export interface ExchangeAnswer {
  readonly status: number
  readonly body: string
}

const PATIENCE_MS = 30_000

/** @throws CommandError `unreachable`, `timedOut`; the abort of the signal */
export const exchange = (options: ExchangeOptions): Promise<ExchangeAnswer> =>
  inTime(options, async (whole) => await readAnswer(await open(whole)))

/**
 * The answer as soon as it begins; what comes of it later may take its time, up to the abort of the signal.
 * @throws as `exchange`
 */
export const beginExchange = (options: ExchangeOptions): Promise<http.IncomingMessage> =>
  inTime(options, open)

const inTime = async <T>(
  options: ExchangeOptions,
  work: (options: ExchangeOptions) => Promise<T>,
): Promise<T> => {
  const { signal, patience = PATIENCE_MS } = options
  const late = new AbortController()
  const deadline = late.signal
  const timer = setTimeout(() => late.abort(), patience)
  try {
    return await work({ ...options, signal: AbortSignal.any([signal, deadline]) })
  } catch (cause) {
    signal.throwIfAborted()
    const where = nameOf(options.to)
    if (deadline.aborted) {
      const message = `${where} does not answer within ${patience / 1000} s`
      throw new CommandError(ExitCode.timedOut, message, { cause })
    }
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    const hint = /CERT|SIGNATURE|ISSUER/.test(code)
      ? 'Name the root of the server with --cacert FILE; it lies in its data directory, as root.der.'
      : undefined
    const message = `${where} cannot be reached (${code})`
    throw new CommandError(ExitCode.unreachable, message, { cause, hint })
  } finally {
    clearTimeout(timer)
  }
}

const nameOf = (to: ExchangeTarget): string => (to.kind === 'socket' ? to.path : to.origin)

export const readAnswer = async (response: http.IncomingMessage): Promise<ExchangeAnswer> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of response) chunks.push(Buffer.from(chunk))
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }
}

const open = ({ to, method, path, headers, body, signal }: ExchangeOptions) =>
  new Promise<http.IncomingMessage>((resolve, reject) => {
    // One request, one connection: nothing is left open when the command is done.
    const common = { method, signal, agent: false as const, headers: { ...headers } }
    const outgoing =
      to.kind === 'socket'
        ? http.request({ ...common, socketPath: to.path, path }, resolve)
        : https.request(new URL(path, to.origin), { ...common, ca: to.roots }, resolve)
    outgoing.on('error', reject)
    outgoing.end(body)
  })
