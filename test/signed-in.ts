import assert from 'node:assert/strict'
import type { Role } from '../src/model/index.ts'
import type { TestServer } from './harness.ts'
import { type Answer, type Reachable, type RequestOptions, request } from './request.ts'

export const OPERATOR_PASSWORD = 'a password of twelve and more'
export const OPERATOR_COOKIE = '__Host-windfall-operator'

/** What a browser adds to a form of our own pages. */
export const FROM_OUR_PAGE = { 'sec-fetch-site': 'same-origin' }

const BY_TEST = { name: 'owner', origin: undefined }

/** Adds an operator of that role, who is called like it if nothing else is said. */
export const addOperator = async (
  { app }: Pick<TestServer, 'app'>,
  role: Role,
  name: string = role,
): Promise<string> => {
  await app.core.services.operators.add({ name, role, password: OPERATOR_PASSWORD }, BY_TEST)
  return name
}

/** Sends a form. */
export const postForm = (
  server: Reachable,
  path: string,
  fields: Readonly<Record<string, string>>,
  { headers, ...options }: RequestOptions = {},
): Promise<Answer> =>
  request(server, path, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...FROM_OUR_PAGE,
      ...headers,
    },
    body: new URLSearchParams(fields).toString(),
    ...options,
  })

/** The sign-in form, filled in. */
export const trySignIn = (
  server: Reachable,
  name: string,
  { password = OPERATOR_PASSWORD, ...options }: RequestOptions & { password?: string } = {},
): Promise<Answer> => postForm(server, '/console/sign-in', { name, password }, options)

/** The value of the cookie that an answer sets. */
export const cookieSetBy = ({ headers }: Answer): string => {
  const [cookie, ...more] = headers['set-cookie'] ?? []
  assert(cookie !== undefined && more.length === 0, 'one cookie was expected')
  assert(cookie.startsWith(`${OPERATOR_COOKIE}=`), cookie)
  return cookie.slice(OPERATOR_COOKIE.length + 1).split(';', 1)[0] ?? ''
}

/** Signs an operator in. @returns the secret of the session */
export const signIn = async (server: Reachable, name: string): Promise<string> => {
  const answer = await trySignIn(server, name)
  assert.equal(answer.status, 303, answer.body.toString())
  return cookieSetBy(answer)
}

/** The header of a browser in which an operator has signed in. */
export const withSession = (secret: string) => ({ cookie: `${OPERATOR_COOKIE}=${secret}` })

/** Whether a session lets in. */
export const isIn = async (server: Reachable, secret: string): Promise<boolean> => {
  const { status } = await request(server, '/enrollments', { headers: withSession(secret) })
  assert.ok(status === 200 || status === 403)
  return status === 200
}
