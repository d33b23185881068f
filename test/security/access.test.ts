import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { FastifyInstance, InjectOptions } from 'fastify'
import pino from 'pino'
import { ROUTES, type Who } from '../../src/http/access.ts'
import {
  createOpsServer,
  createOwnerServer,
  createPublicServer,
  createScepServer,
} from '../../src/http/index.ts'
import {
  PERMISSIONS,
  type Permission,
  permissionsOf,
  ROLES,
  SCOPES,
} from '../../src/model/index.ts'
import type { Scope } from '../../src/service/operator/index.ts'
import { parseRoutes } from '../fuzz/http-route.ts'
import { startTestServer } from '../harness.ts'
import { bearer } from '../operator.ts'
import { addOperator, FROM_OUR_PAGE, OPERATOR_COOKIE, signIn, withSession } from '../signed-in.ts'

const server = await startTestServer()
after(() => server[Symbol.asyncDispose]())
const { services } = server.app.core
const logger = pino({ level: 'silent' })
const listeners = {
  public: await createPublicServer(services, { logger }),
  owner: await createOwnerServer(services, logger),
  scep: await createScepServer(services, { logger }),
  ops: await createOpsServer(async () => true, logger),
}
for (const each of Object.values(listeners)) after(() => each.close())

type Listener = keyof typeof listeners

/** `METHOD path`, of everything that a listener really answers; HEAD counts as GET. */
const routesOf = async (listener: FastifyInstance): Promise<ReadonlySet<string>> => {
  await listener.ready()
  const routes = parseRoutes(listener.printRoutes())
  assert.ok(routes.length > 0)
  return new Set(
    routes.flatMap(({ methods, path }) =>
      methods.map((method) => `${method === 'HEAD' ? 'GET' : method} ${path}`),
    ),
  )
}

test('every route of every listener is in the table, and every row of it is served [proof Z1]', async () => {
  const listed = ROUTES.map(([method, path]) => `${method} ${path}`)
  assert.equal(new Set(listed).size, listed.length, 'no route has two rows')
  const served = await Promise.all(Object.values(listeners).map(routesOf))
  assert.deepEqual(served.flatMap((routes) => [...routes]).filter(isUnlisted), [])
  assert.deepEqual(
    listed.filter((route) => !served.some((routes) => routes.has(route))),
    [],
  )
  function isUnlisted(route: string): boolean {
    return !listed.includes(route)
  }
})

test('strangers reach neither health nor anything like it on the public listener, and devices nothing else on the plain one [security W16]', async () => {
  const open = async (listener: FastifyInstance) => [...(await routesOf(listener))]
  assert.deepEqual(
    (await open(listeners.public)).filter((route) => /livez|readyz|metrics|debug/.test(route)),
    [],
  )
  assert.ok((await open(listeners.scep)).every((route) => /scep|pkiclient/.test(route)))
  assert.deepEqual((await open(listeners.ops)).toSorted(), ['GET /livez', 'GET /readyz'])
})

/** Who asks, and what the table must grant them. */
interface Asker {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  readonly permissions: ReadonlySet<Permission>
  readonly is: 'nobody' | 'operator session' | 'token' | 'visitor' | 'portal session'
}

const NOTHING: ReadonlySet<Permission> = new Set()
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

const byToken = (secret: string) => ({ authorization: `Bearer ${secret}` })

const makeToken = async (scopes: readonly Permission[], owner: string): Promise<string> => {
  const payload = { name: 'for a test', scopes, days: 1 }
  const headers = { ...withSession(owner), ...FROM_OUR_PAGE }
  const { statusCode, json } = await listeners.public.inject({
    method: 'POST',
    url: '/api/v1/tokens',
    payload,
    headers,
  })
  assert.equal(statusCode, 201)
  return json().secret
}

/** Nobodies: each had, or pretends to have, what would let an owner in. */
const makeNobodies = async (): Promise<readonly Asker[]> => {
  await addOperator(server, 'owner', 'gone')
  const expired = await signIn(server, 'gone')
  const expiredToken = await makeToken(SCOPES, expired)
  server.clock.advance(DAY)
  const revoked = await signIn(server, 'gone')
  const revokedToken = await makeToken(SCOPES, revoked)
  await revoke(revoked)
  await addOperator(server, 'owner', 'disabled')
  const disabled = await signIn(server, 'disabled')
  const disabledToken = await makeToken(SCOPES, disabled)
  await services.operators.disable('disabled', { name: 'owner', origin: undefined })
  const good = await signIn(server, 'gone')
  const goodToken = await makeToken(SCOPES, good)
  const credentials: Readonly<Record<string, Asker['headers']>> = {
    nobody: {},
    'an expired session': withSession(expired),
    'a session that was ended': withSession(revoked),
    'the session of a disabled operator': withSession(disabled),
    'an expired token': byToken(expiredToken),
    'a revoked token': byToken(revokedToken),
    'the token of a disabled operator': byToken(disabledToken),
    'a session as a token': byToken(good),
    'a token as a session': withSession(goodToken),
    'a session in the cookie of a visitor': { cookie: `__Host-windfall-session=${good}` },
    'a session under a name without prefix': { cookie: `windfall-operator=${good}` },
    'a good session beside a token that is none': { ...withSession(good), ...byToken('x') },
    'two sessions': { cookie: `${OPERATOR_COOKIE}=${good}; ${OPERATOR_COOKIE}=${good}` },
    'a truncated session': withSession(good.slice(0, -1)),
    'a session with more': withSession(`${good}x`),
    'a truncated token': byToken(goodToken.slice(0, -1)),
    'a token without its prefix': byToken(goodToken.replace('windfall_pat_', '')),
    'a token by Basic': { authorization: `Basic ${btoa(`x:${goodToken}`)}` },
    'a token in another header': { 'x-api-key': goodToken },
  }
  return Object.entries(credentials).map(([name, headers]) => ({
    name,
    headers,
    permissions: NOTHING,
    is: 'nobody',
  }))
}

/** Revokes the newest token of an operator, and ends their sessions. */
const revoke = async (secret: string): Promise<void> => {
  const headers = { ...withSession(secret), ...FROM_OUR_PAGE }
  const { data } = (await listeners.public.inject({ url: '/api/v1/tokens', headers })).json()
  for (const url of [`/api/v1/tokens/${data.at(-1).id}`, '/api/v1/sessions']) {
    const { statusCode } = await listeners.public.inject({ method: 'DELETE', url, headers })
    assert.equal(statusCode, 204)
  }
}

/** Everybody who may do something. Sessions are made anew where a route ends them. */
const makeSomebodies = async (): Promise<readonly Asker[]> => {
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
    const headers = byToken(await makeToken([scope], owner))
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
  const headers = { cookie: `__Host-windfall-session=${await visit('*')}` }
  somebodies.push({ name: 'a visitor by link', headers, permissions: NOTHING, is: 'visitor' })
  return somebodies
}

const ORIGIN = { remoteAddress: '127.0.0.1', userAgent: null }

const visit = async (scope: Scope): Promise<string> => {
  const { secret } = await services.access.createLink(scope)
  return (await services.access.openLink(secret, ORIGIN)).secret
}

const enrollee = async (): Promise<Asker> => {
  const [account] = await services.accounts.list()
  assert.ok(account)
  const id = await services.enrollment.begin(account, ORIGIN)
  const { secret } = await services.access.createPortalSession(id, 60)
  const headers = { cookie: `__Host-windfall-enroll=${secret}` }
  return { name: 'an account holder', headers, permissions: NOTHING, is: 'portal session' }
}

const admits = (who: Exclude<Who, 'public' | 'device' | 'link'>, asker: Asker): boolean => {
  switch (who) {
    case 'portal session':
    case 'operator session':
      return asker.is === who
    case 'enrollment page':
      return asker.is === 'visitor' || asker.permissions.has('enrollment.read')
    default:
      return asker.permissions.has(who)
  }
}

/** The status with which whoever is not admitted is turned away. */
const refusalOf = (who: Who, { is }: Asker): number => {
  const isStranger = is !== 'operator session' && is !== 'token'
  return isStranger && PERMISSIONS.some((permission) => permission === who) ? 401 : 403
}

/** A request that goes on to its handler, and there finds nothing to do. */
const fill = (method: string, path: string): InjectOptions & { url: string } => ({
  method: method === 'POST' ? 'POST' : method === 'DELETE' ? 'DELETE' : 'GET',
  url: path.replace(':name', 'nobody').replace(':id', 'x').replace(':link', 'x').replace('*', 'x'),
  ...(method === 'POST' && { payload: Buffer.from('[]') }),
})

const ENDING = /sign-out|\/sessions$/

const send = async (
  listener: Listener,
  request: InjectOptions,
  headers: Asker['headers'],
): Promise<number> =>
  (await listeners[listener].inject({ ...request, headers: { ...headers, ...request.headers } }))
    .statusCode

const isOpen = (who: Who): who is 'public' | 'device' | 'link' =>
  who === 'public' || who === 'device' || who === 'link'

const renew = async (asker: Asker): Promise<Asker> =>
  asker.is === 'operator session'
    ? { ...asker, headers: withSession(await signIn(server, asker.name)) }
    : asker

test('the matrix: every route for everybody [proof Z1]', async (t) => {
  const nobodies = await makeNobodies()
  const askers = [...nobodies, ...(await makeSomebodies()), await enrollee()]
  const ofPublic = await routesOf(listeners.public)
  const rows = ROUTES.filter(([method, path]) => ofPublic.has(`${method} ${path}`)).toSorted(
    // Last what ends sessions that the others need.
    ([, left], [, right]) => Number(ENDING.test(left)) - Number(ENDING.test(right)),
  )
  let cells = 0
  for (const [method, path, who] of rows) {
    const request = fill(method, path)
    await t.test(`${method} ${path}: ${who}`, async () => {
      const statuses = new Set<number>()
      for (const each of askers) {
        cells++
        if (isOpen(who)) {
          statuses.add(await send('public', withProof(request, 'cross-site'), each.headers))
          continue
        }
        const asker = ENDING.test(path) ? await renew(each) : each
        const status = await send('public', withProof(request, 'same-origin'), asker.headers)
        if (admits(who, asker))
          assert.ok(status !== 401 && status !== 403, `${asker.name}: ${status}`)
        else assert.equal(status, refusalOf(who, asker), asker.name)
      }
      // What is open tells nobody apart.
      if (isOpen(who)) assert.equal(statuses.size, 1, [...statuses].join())
    })
  }
  assert.equal(cells, rows.length * askers.length)
})

const withProof = (request: InjectOptions, site: string): InjectOptions => ({
  ...request,
  headers: { 'sec-fetch-site': site },
})

const FOREIGN = [
  {},
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'none' },
  { 'sec-fetch-site': '' },
  { origin: 'null' },
  { origin: 'https://evil.example' },
  { origin: `${new URL(server.url).origin}.evil.example` },
  { origin: 'http://localhost' },
  { 'sec-fetch-site': 'cross-site', origin: new URL(server.url).origin },
  { referer: server.url },
]

test('no session changes anything without proof that a page of ours asks [proof Z1]', async () => {
  await addOperator(server, 'owner', 'careful')
  const headers = withSession(await signIn(server, 'careful'))
  for (const [method, path, who] of ROUTES) {
    if (method === 'GET' || isOpen(who)) continue
    for (const proof of FOREIGN) {
      const request: InjectOptions = { ...fill(method, path), headers: proof }
      assert.equal(await send('public', request, headers), 403, `${path} ${JSON.stringify(proof)}`)
    }
  }
  const origin = { origin: new URL(server.url).origin }
  const changed = { ...fill('POST', '/api/v1/accounts'), headers: origin }
  assert.equal(await send('public', changed, headers), 400)
  assert.equal(await send('public', { url: '/api/v1/sessions' }, headers), 200)
})

test('the socket lets its owner do everything that is in the API, and shows no page [proof Z1]', async () => {
  const ofOwner = await routesOf(listeners.owner)
  const api = ROUTES.filter(([, path]) => path.startsWith('/api/'))
  assert.deepEqual(
    [...ofOwner].toSorted(),
    api.map(([method, path]) => `${method} ${path}`).toSorted(),
  )
  for (const [method, path] of api) {
    const status = await send('owner', fill(method, path), {})
    assert.ok(status !== 401 && status !== 403, path)
  }
})

test('strangers do not learn which resources there are not [proof Z1]', async () => {
  for (const url of ['/api/v1/nothing', '/api/v1/operators/x/y', '/api/v1/']) {
    assert.equal(await send('public', { url }, {}), 401)
    assert.equal(await send('public', { url }, bearer(server)), 404)
  }
})
