import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { certifyLocalhost, ROOT } from '../oidc/tls.ts'

/** A message as it came. */
export interface Received {
  readonly id: string
  readonly timestamp: string
  readonly signatures: readonly string[]
  readonly body: string
}

/** Answers a message, or does not. */
export type Behaviour = (response: ServerResponse, message: Received) => void

export const TAKE: Behaviour = (response) => void response.writeHead(204).end()
export const answering =
  (status: number, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (response) =>
    void response.writeHead(status, headers).end('not now')
/** The message was read, and nobody hears so. */
export const BREAK: Behaviour = (response) => void response.destroy()
export const HANG: Behaviour = () => {}

/** An HTTPS server of somebody else's, which takes webhooks at a port that stays. */
export interface Receiver extends AsyncDisposable {
  readonly url: string
  /** What windfall needs to reach it. */
  readonly env: Readonly<Record<string, string>>
  readonly received: readonly Received[]
  behave(how: Behaviour): void
  /** Resolves when so many messages have come. */
  has(count: number): Promise<void>
  stop(): Promise<void>
  start(): Promise<void>
}

export const startReceiver = async (): Promise<Receiver> => {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'windfall-receiver-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const caFile = join(folder, 'ca.pem')
  await writeFile(caFile, ROOT)
  const received: Received[] = []
  const waiting = new Set<() => void>()
  let behaviour = TAKE
  const server = createServer(certifyLocalhost(), (request, response) => {
    void readMessage(request).then((message) => {
      received.push(message)
      behaviour(response, message)
      for (const wake of waiting) wake()
    })
  })
  let port = 0
  const start = async (): Promise<void> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    assert(address !== null && typeof address === 'object')
    port = address.port
  }
  const stop = async (): Promise<void> => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  await start()
  stack.defer(stop)
  const owned = stack.move()
  return {
    url: `https://localhost:${port}/hook`,
    env: {
      WINDFALL_OUTBOUND__ALLOW: 'localhost',
      WINDFALL_OUTBOUND__CA_FILE: caFile,
      WINDFALL_OUTBOUND__TIMEOUT_SECONDS: '1',
    },
    received,
    behave: (how) => {
      behaviour = how
    },
    async has(count) {
      while (received.length < count) {
        const { promise, resolve } = Promise.withResolvers<void>()
        waiting.add(resolve)
        await promise
        waiting.delete(resolve)
      }
    },
    ...{ start, stop },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const readMessage = async (request: IncomingMessage): Promise<Received> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  assert.equal(request.method, 'POST')
  assert.equal(request.headers['content-type'], 'application/json')
  return {
    id: String(request.headers['webhook-id']),
    timestamp: String(request.headers['webhook-timestamp']),
    signatures: String(request.headers['webhook-signature']).split(' '),
    body: Buffer.concat(chunks).toString(),
  }
}

/** Whether one of the signatures is of this secret, as WebCrypto has it: other code than the sender's. */
export const isSigned = async (
  { id, timestamp, signatures, body }: Received,
  secret: string,
): Promise<boolean> => {
  assert.match(secret, /^whsec_[A-Za-z0-9+/]+=*$/)
  const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const key = await crypto.subtle.importKey(
    'raw',
    bytes,
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  )
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`)
  for (const each of signatures) {
    assert.match(each, /^v1,[A-Za-z0-9+/]{43}=$/)
    const signature = Buffer.from(each.slice('v1,'.length), 'base64')
    if (await crypto.subtle.verify('HMAC', key, signature, signed)) return true
  }
  return false
}
