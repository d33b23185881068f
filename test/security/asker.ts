import assert from 'node:assert/strict'
import {
  PERMISSIONS,
  type Permission,
  permissionsOf,
  ROLES,
  SCOPES,
} from '../../src/model/index.ts'
import type { TestServer } from '../harness.ts'
import { bearer, readJson } from '../operator.ts'
import { addOperator, OPERATOR_COOKIE, signIn, withSession } from '../signed-in.ts'
import { speaker } from '../speak.ts'

/** Who asks, and what the table must grant them. */
export interface Asker {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  readonly permissions: ReadonlySet<Permission>
  readonly is: 'nobody' | 'operator session' | 'token' | 'visitor' | 'portal session'
}

const NOTHING: ReadonlySet<Permission> = new Set()
const DAY = 24 * 60 * 60_000
const ORIGIN = { remoteAddress: '127.0.0.1', userAgent: null }

const byToken = (secret: string) => ({ authorization: `Bearer ${secret}` })

interface Token {
  readonly id: string
  readonly secret: string
}

/** A token for a day, made by whoever has the session. */
const makeToken = async (
  server: TestServer,
  session: string,
  scopes: readonly Permission[],
): Promise<Token> => {
  const speak = speaker(server, withSession(session))
  return readJson<Token>(await speak('POST', '/tokens', { name: 'for a test', scopes, days: 1 }))
}

/** Nobodies: each had, or pretends to have, what would let an owner in. */
export const makeNobodies = async (server: TestServer): Promise<readonly Asker[]> => {
  const arrive = async (name: string) => {
    const session = await signIn(server, name)
    return { session, token: await makeToken(server, session, SCOPES) }
  }
  await addOperator(server, 'owner', 'gone')
  const expired = await arrive('gone')
  server.clock.advance(DAY)
  const revoked = await arrive('gone')
  const speak = speaker(server, withSession(revoked.session))
  for (const path of [`/tokens/${revoked.token.id}`, '/sessions']) {
    assert.equal((await speak('DELETE', path)).status, 204)
  }
  await addOperator(server, 'owner', 'disabled')
  const disabled = await arrive('disabled')
  const owner = { name: 'owner', origin: undefined }
  await server.app.core.services.operators.disable('disabled', owner)
  const { session, token } = await arrive('gone')
  const credentials: Readonly<Record<string, Asker['headers']>> = {
    nobody: {},
    'an expired session': withSession(expired.session),
    'a session that was ended': withSession(revoked.session),
    'the session of a disabled operator': withSession(disabled.session),
    'an expired token': byToken(expired.token.secret),
    'a revoked token': byToken(revoked.token.secret),
    'the token of a disabled operator': byToken(disabled.token.secret),
    'a session as a token': byToken(session),
    'a token as a session': withSession(token.secret),
    'a session in the cookie of a visitor': { cookie: `__Host-windfall-session=${session}` },
    'a session under a name without prefix': { cookie: `windfall-operator=${session}` },
    'a good session beside a token that is none': { ...withSession(session), ...byToken('x') },
    'two sessions': { cookie: `${OPERATOR_COOKIE}=${session}; ${OPERATOR_COOKIE}=${session}` },
    'a truncated session': withSession(session.slice(0, -1)),
    'a session with more': withSession(`${session}x`),
    'a truncated token': byToken(token.secret.slice(0, -1)),
    'a token without its prefix': byToken(token.secret.replace('windfall_pat_', '')),
    'a token by Basic': { authorization: `Basic ${btoa(`x:${token.secret}`)}` },
    'a token in another header': { 'x-api-key': token.secret },
  }
  return Object.entries(credentials).map(([name, headers]) => ({
    name,
    headers,
    permissions: NOTHING,
    is: 'nobody',
  }))
}

/** Everybody who may do something. */
export const makeSomebodies = async (server: TestServer): Promise<readonly Asker[]> => {
  const somebodies: Asker[] = []
  for (const role of ROLES) {
    await addOperator(server, role)
    const headers = withSession(await signIn(server, role))
    somebodies.push({
      name: role,
      headers,
      permissions: permissionsOf(role),
      is: 'operator session',
    })
  }
  const owner = await signIn(server, 'owner')
  for (const scope of SCOPES) {
    const headers = byToken((await makeToken(server, owner, [scope])).secret)
    somebodies.push({
      name: `a token for ${scope}`,
      headers,
      permissions: new Set([scope]),
      is: 'token',
    })
  }
  const all = new Set(PERMISSIONS)
  somebodies.push({
    name: 'the first token',
    headers: bearer(server),
    permissions: all,
    is: 'token',
  })
  return [...somebodies, await makeVisitor(server), await makeEnrollee(server)]
}

const makeVisitor = async ({ app }: TestServer): Promise<Asker> => {
  const { access } = app.core.services
  const link = await access.createLink('*')
  const { secret } = await access.openLink(link.secret, ORIGIN)
  const headers = { cookie: `__Host-windfall-session=${secret}` }
  return { name: 'a visitor by link', headers, permissions: NOTHING, is: 'visitor' }
}

const makeEnrollee = async ({ app }: TestServer): Promise<Asker> => {
  const { accounts, enrollment, access } = app.core.services
  const [account] = await accounts.list({ limit: 100 })
  assert.ok(account)
  const id = await enrollment.begin(account, ORIGIN)
  const { secret } = await access.createPortalSession(id, 60)
  const headers = { cookie: `__Host-windfall-enroll=${secret}` }
  return { name: 'an account holder', headers, permissions: NOTHING, is: 'portal session' }
}
