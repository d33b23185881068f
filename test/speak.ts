import { test } from 'node:test'
import { dialects } from './dialect.ts'
import { startTestServer, type TestServer } from './harness.ts'
import { callApi, readJson } from './operator.ts'
import { type Answer, type RequestOptions, request } from './request.ts'
import { FROM_OUR_PAGE, signIn, withSession } from './signed-in.ts'

/** Speaks to the API as somebody, as a page of ours would. */
export type Speak = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<Answer & { readonly code: string | undefined }>

export const speaker =
  (server: TestServer, headers: Readonly<Record<string, string>>): Speak =>
  async (method, path, body) => {
    const options: RequestOptions = {
      method,
      headers: { ...headers, ...FROM_OUR_PAGE },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }
    const answer = await request(server, `/api/v1${path}`, options)
    const isProblem = answer.headers['content-type']?.startsWith('application/problem+json')
    return { ...answer, code: isProblem ? JSON.parse(answer.body.toString()).code : undefined }
  }

export const bySession = async (server: TestServer, name: string): Promise<Speak> =>
  speaker(server, withSession(await signIn(server, name)))

export const byToken = (server: TestServer, secret: string): Speak =>
  speaker(server, { authorization: `Bearer ${secret}` })

/** The items of a list of the API. */
export const listOf = async <T>(speak: Speak, path: string): Promise<readonly T[]> =>
  readJson<{ data: T[] }>(await speak('GET', path)).data

interface AuditEvent {
  readonly actor: { readonly kind: string; readonly id: string | null }
  readonly action: string
  readonly outcome: string
  readonly code: string | null
  readonly subject: string | null
  readonly reason: string | null
  readonly remoteAddress: string | null
  readonly detail: unknown
}

export const newestAudit = async (server: TestServer): Promise<AuditEvent | undefined> =>
  readJson<{ data: AuditEvent[] }>(await callApi(server, '/audit?limit=1')).data[0]

/** A test that runs once on each dialect, each time with a new server. */
export const testOnServers = (
  name: string,
  body: (server: TestServer) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): void => {
  for (const dialect of dialects) {
    test(`${name} (${dialect.name})`, { skip: dialect.skip }, async () => {
      await using place = await dialect.create()
      await using server = await startTestServer({ location: place.location, env })
      await body(server)
    })
  }
}
