import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Answer, type Reachable, request } from '../request.ts'
import { OPERATOR_COOKIE } from '../signed-in.ts'
import { CLIENT } from './hostile-provider.ts'
import { ROOT } from './tls.ts'

/** Where somebody goes to a provider, and what their browser keeps for the way back. */
interface Way {
  readonly path: string
  readonly cookie: string
}

/** That of operators. */
const OPERATORS: Way = { path: '/console/sign-in/oidc', cookie: '__Host-windfall-oidc' }

/** That of account holders. */
export const HOLDERS: Way = { path: '/enroll/oidc', cookie: '__Host-windfall-enroll-oidc' }

/** A directory with the root of the company's CA in it, and the variables of a server that uses a provider. */
export const configureOidc = (issuer: string) => {
  const directory = mkdtempSync(join(tmpdir(), 'windfall-test-'))
  const caFile = join(directory, 'root.pem')
  writeFileSync(caFile, ROOT)
  return {
    env: {
      WINDFALL_OIDC__ISSUER: issuer,
      WINDFALL_OIDC__CLIENT_ID: CLIENT.id,
      WINDFALL_OIDC__CLIENT_SECRET: CLIENT.secret,
      WINDFALL_OUTBOUND__ALLOW: 'localhost',
      WINDFALL_OUTBOUND__CA_FILE: caFile,
    },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  }
}

/** The value that an answer gives a cookie. */
export const cookieIn = ({ headers }: Answer, name: string): string | undefined =>
  (headers['set-cookie'] ?? [])
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.slice(name.length + 1)
    .split(';', 1)[0]

/** A browser that was sent to the provider. */
export interface Visit {
  readonly answer: Answer
  /** Where it was sent. */
  readonly url: URL
  /** What it keeps for the way back. */
  readonly pending: string
}

/** `query` is what they were doing. */
export const tryBegin = (server: Reachable, way = OPERATORS, query = ''): Promise<Answer> =>
  request(server, `${way.path}${query}`)

export const begin = async (server: Reachable, way = OPERATORS, query = ''): Promise<Visit> => {
  const answer = await tryBegin(server, way, query)
  assert.equal(answer.status, 303, answer.body.toString())
  const { location } = answer.headers
  const pending = cookieIn(answer, way.cookie)
  assert(location !== undefined && pending !== undefined)
  return { answer, url: new URL(location), pending }
}

/** The browser comes back, with the cookie that is given. */
export const comeBack = (
  server: Reachable,
  query: string,
  pending: string | undefined,
  way = OPERATORS,
): Promise<Answer> => {
  const headers = pending === undefined ? {} : { cookie: `${way.cookie}=${pending}` }
  return request(server, `${way.path}/callback?${query}`, { headers })
}

/** The secret of the session that an answer begins. */
export const sessionIn = (answer: Answer): string | undefined => cookieIn(answer, OPERATOR_COOKIE)
