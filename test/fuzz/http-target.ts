import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InjectOptions } from 'fastify'
import { finish, identify, rowsOf } from '../security/scene.ts'
import { rsa } from './holders.ts'
import { openPhases } from './http-phase.ts'
import { createOctets, createRequest, type HttpRequest } from './http-request.ts'
import { parseRoutes } from './http-route.ts'
import { deliverOctets } from './http-socket.ts'
import { openService, type Reply, readRefusal, rememberState, type Service } from './service.ts'
import type { Target, Verdict } from './target.ts'

/** Every route of the public listener: any request, in process and over sockets, and phases 2 and 3. */
export const openHttpTarget = async (databaseUrl?: string): Promise<Target> => {
  await using stack = new AsyncDisposableStack()
  const service = stack.use(await openService(databaseUrl))
  const { scene } = service
  const bystander = await identify(scene)
  const phases = await openPhases(service)
  const secrets = await openSecrets(service, bystander.id)
  const routes = parseRoutes(service.printRoutes())
  const port = Number(new URL(scene.wire.url).port)
  const before = await issuedBy(service)

  const settle = async (): Promise<void> => {
    const { audited, ...state } = await issuedBy(service)
    assert.deepEqual({ ...state, audited: before.audited }, before)
    assert.equal(audited - before.audited, phases.refusals(), 'refusals that are written down')
    service.requireNoErrors()
    assert.doesNotMatch(scene.log(), /"level":[56]0/)
    await finish(scene, bystander, rsa.key)
  }
  const owned = stack.move()
  return {
    shapes: [
      {
        name: 'request',
        weight: 40,
        generate: (random) => Buffer.from(JSON.stringify(createRequest(routes, random), null, 1)),
        deliver: async (input) => {
          const request = readRequest(input)
          return judge(request, await service.send(fill(request, secrets)))
        },
      },
      {
        name: 'socket',
        weight: 3,
        generate: (random) => createOctets(routes, random),
        deliver: (octets) => deliverOctets(port, octets),
      },
      ...phases.shapes,
    ],
    settle,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** What a request that nobody is entitled to must not change. */
const issuedBy = async (service: Service) => {
  const { audited } = await rememberState(service)
  const { db } = service.scene
  const challenges = await rowsOf(db, 'challenge')
  return {
    audited,
    certificates: await rowsOf(db, 'certificate'),
    keys: await rowsOf(db, 'key_pair'),
    // A configuration may ask for certificates, each time anew.
    challenges: challenges.filter(({ purpose }) => purpose !== 'service'),
  }
}

type Secrets = Readonly<Record<'$TOKEN' | '$SESSION' | '$ID', string>>

/** An operator's token, a session that sees everything, and the id of an enrollment. */
const openSecrets = async ({ scene }: Service, id: string): Promise<Secrets> => {
  const { access } = scene.server.app.core.services
  const link = await access.createLink('*')
  const session = await access.openLink(link.secret, {
    remoteAddress: '127.0.0.1',
    userAgent: null,
  })
  const token = readFileSync(join(scene.server.data, 'api-token'), 'utf8').trim()
  return { $TOKEN: token, $SESSION: session.secret, $ID: id }
}

const readRequest = (input: Uint8Array): HttpRequest => {
  const request: HttpRequest = JSON.parse(Buffer.from(input).toString())
  return request
}

const fill = ({ method, url, headers, body }: HttpRequest, secrets: Secrets): InjectOptions => {
  const put = (text: string): string =>
    Object.entries(secrets).reduce((filled, [name, value]) => filled.replaceAll(name, value), text)
  return {
    method,
    url: put(url),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, put(value)])),
    payload: Buffer.from(put(Buffer.from(body, 'base64').toString('latin1')), 'latin1'),
    remoteAddress: '127.0.0.1',
  }
}

const SCEP = /^\/(?:scep|cgi-bin|certsrv)\b/

const judge = ({ url, headers }: HttpRequest, answer: Reply): Verdict => {
  const { statusCode, rawPayload } = answer
  assert(statusCode < 500, `status ${statusCode}`)
  assert.doesNotMatch(rawPayload.toString(), /\n\s+at .+:\d+:\d+\)?\n/, 'a stack in an answer')
  if (statusCode >= 400) return 'refused'
  // In process, `..` is resolved before the router sees it.
  const path = new URL(url, 'http://localhost').pathname
  if (SCEP.test(path)) return readRefusal(answer) === 'told' ? 'accepted' : 'refused'
  assert(path !== '/profile', 'a message to /profile without a good signature')
  const hasToken = headers['authorization'] === 'Bearer $TOKEN'
  const hasSession = headers['cookie']?.includes('__Host-windfall-session=$SESSION') === true
  const isOfApi = path.startsWith('/api/') && path !== '/api/openapi.json'
  if (isOfApi) assert(hasToken, 'an answer of the API without a token')
  if (path.startsWith('/enrollments')) assert(hasToken || hasSession, 'a page without a session')
  if (/^\/(?:enroll|open)\//.test(path)) assert(hasSession, 'a page without a session')
  assert(!(path === '/enroll' && statusCode !== 200), `status ${statusCode} of a sign-in`)
  return 'accepted'
}
