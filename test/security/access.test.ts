import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { FastifyInstance, InjectOptions } from 'fastify'
import pino from 'pino'
import { ROUTES, type Who } from '../../src/http/access.ts'
import {
  createAcmeServer,
  createOpsServer,
  createOwnerServer,
  createPublicServer,
  createScepServer,
} from '../../src/http/index.ts'
import { PERMISSIONS } from '../../src/model/index.ts'
import { parseRoutes } from '../fuzz/http-route.ts'
import { startTestServer } from '../harness.ts'
import { bearer } from '../operator.ts'
import { addOperator, signIn, withSession } from '../signed-in.ts'
import { type Asker, makeNobodies, makeSomebodies } from './asker.ts'

const server = await startTestServer()
after(() => server[Symbol.asyncDispose]())
const { services, health } = server.app.core
const findAcmeAnswer = async () => undefined
const logger = pino({ level: 'silent' })
const listeners = {
  public: await createPublicServer(services, { logger }),
  owner: await createOwnerServer(services, logger),
  scep: await createScepServer(services, { logger }),
  acme: await createAcmeServer({ publicUrl: server.url, findAcmeAnswer }, { logger }),
  ops: await createOpsServer({ health, metrics: async () => '' }, logger),
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
  assert.deepEqual(await open(listeners.acme), ['GET /.well-known/acme-challenge/:token'])
  assert.deepEqual((await open(listeners.ops)).toSorted(), [
    'GET /livez',
    'GET /metrics',
    'GET /readyz',
  ])
})

const admits = (who: Exclude<Who, 'public' | 'device' | 'link'>, asker: Asker): boolean => {
  switch (who) {
    case 'portal session':
    case 'operator session':
      return asker.is === who
    case 'account holder':
      return asker.is === 'portal session'
    case 'owner of the data':
      return false
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

const METHODS = ['GET', 'POST', 'PATCH', 'DELETE'] as const

/** A request that goes on to its handler, and there finds nothing to do. */
const fill = (method: string, path: string): InjectOptions & { url: string } => ({
  method: METHODS.find((each) => each === method) ?? 'GET',
  url: path
    .replace(':name', 'nobody')
    .replace(':id', 'x')
    .replace(':link', 'x')
    .replace('*', 'x')
    // A good answer would have no end.
    .replace(/\/events$/, '/events?after=x'),
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

/** With a session of its own, which the route may end. */
const renew = async (asker: Asker): Promise<Asker> =>
  asker.is === 'operator session'
    ? { ...asker, headers: withSession(await signIn(server, asker.name)) }
    : asker

test('the matrix: every route for everybody [proof Z1]', async (t) => {
  const askers = [...(await makeNobodies(server)), ...(await makeSomebodies(server))]
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
