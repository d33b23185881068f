import { mock } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import pino from 'pino'
import { createPublicServer } from '../../src/http/index.ts'
import { decodeCertificates } from '../../src/protocol/scep/index.ts'
import type { Certificate } from '../../src/protocol/x509/index.ts'
import type { Db } from '../../src/store/index.ts'
import { startTestServer, type TestServer, type TestServerOptions } from '../harness.ts'
import type { Answer } from '../request.ts'

export interface Sent {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** A server whose public routes are called without a socket, for messages by the ten thousand. */
export interface Stage extends AsyncDisposable {
  readonly server: TestServer
  readonly db: Db
  readonly ca: readonly Certificate[]
  send(request: Sent): Promise<Answer>
}

export const openStage = async (options: TestServerOptions = {}): Promise<Stage> => {
  await using stack = new AsyncDisposableStack()
  const server = stack.use(await startWithoutExpiry(options))
  const { services, database } = server.app.core
  // What is on disk when the machine loses power is for others to ask.
  if (options.location?.kind !== 'postgres') {
    await sql`pragma synchronous = off`.execute(database.db)
  }
  const logger = pino({ level: 'silent' })
  const routes = stack.use(await createPublicServer(services, { logger, tls: undefined }))
  const send = (request: Sent): Promise<Answer> => inject(routes, request)
  const { body } = await send({ path: '/scep?operation=GetCACert' })
  const owned = stack.move()
  return {
    server,
    db: database.db,
    ca: decodeCertificates(body),
    send,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

// Enrollments expire when the model says so, and not when half a minute has gone by.
const startWithoutExpiry = async (options: TestServerOptions): Promise<TestServer> => {
  mock.timers.enable({ apis: ['setInterval'] })
  try {
    return await startTestServer(options)
  } finally {
    mock.timers.reset()
  }
}

const inject = async (routes: FastifyInstance, request: Sent): Promise<Answer> => {
  const { method = 'GET', path: url, headers = {}, body } = request
  const answer = await routes.inject({
    method,
    url,
    headers: { host: 'localhost', ...headers },
    ...(body === undefined ? {} : { payload: Buffer.from(body) }),
  })
  const fields = Object.entries(answer.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value : String(value),
  ])
  return {
    status: answer.statusCode,
    headers: Object.fromEntries(fields),
    body: answer.rawPayload,
  }
}
