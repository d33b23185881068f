import assert from 'node:assert/strict'
import { once } from 'node:events'
import http, { type OutgoingHttpHeaders } from 'node:http'
import { ROUTES } from '../../src/http/access.ts'
import type { Answer } from '../request.ts'
import { FROM_OUR_PAGE } from '../signed-in.ts'

type Body = (text: string) => string

const json =
  (make: (text: string) => object): Body =>
  (text) =>
    JSON.stringify(make(text))

const form =
  (...fields: readonly string[]): Body =>
  (text) =>
    new URLSearchParams(Object.fromEntries(fields.map((field) => [field, text]))).toString()

const bytes: Body = (text) => text
const PASSWORD = 'a password of twelve and more'

/** What is sent to each route that takes a body, with a text in every field; else as good as can be. */
const BODIES: Readonly<Record<string, readonly Body[]>> = {
  '/enroll': [form('name', 'password')],
  '/e/:flow': [form('name', 'password')],
  '/enroll/proxy': [form('name')],
  '/enroll/error': [form('what', 'error')],
  '/me/sign-in': [form('name', 'password')],
  '/me/update': [form('device')],
  '/me/sign-out': [form('name')],
  '/me/devices/:device/remove': [form('reason')],
  '/profile': [bytes],
  '/scep': [bytes],
  '/scep/*': [bytes],
  '/cgi-bin/pkiclient.exe': [bytes],
  '/cgi-bin/pkiclient.exe/*': [bytes],
  '/certsrv/mscep/*': [bytes],
  '/console/set-up/:link': [form('name', 'password')],
  '/console/sign-in': [form('name', 'password')],
  '/console/sign-out': [form('name')],
  '/console/sign-out-everywhere': [form('name')],
  '/api/v1/links': [json((text) => ({ enrollment: text }))],
  '/api/v1/accounts': [
    json((text) => ({
      ...{ name: text.slice(0, 64), password: PASSWORD, fullName: text, email: text },
      attributes: { room: text },
    })),
    json((text) => ({ name: 'x', password: PASSWORD, attributes: { [text]: 'x' } })),
  ],
  '/api/v1/accounts/:name': [
    json((text) => ({ fullName: text, email: text, attributes: { room: text }, reason: text })),
  ],
  '/api/v1/accounts/imports': [
    json((text) => ({ accounts: [{ name: text.slice(0, 64), fullName: text, email: text }] })),
    json((text) => ({ accounts: [{ name: 'x', attributes: { room: text } }] })),
  ],
  '/api/v1/accounts/:name/disable': [json((text) => ({ reason: text }))],
  '/api/v1/accounts/:name/enable': [json((text) => ({ reason: text }))],
  '/api/v1/accounts/:name/password': [json((text) => ({ password: PASSWORD, reason: text }))],
  '/api/v1/accounts/:name/erase': [json((text) => ({ reason: text }))],
  '/api/v1/flows': [
    json((text) => ({ name: text.slice(0, 64), reason: text })),
    json((text) => ({
      ...{ name: 'x', requires: 'device', account: text.slice(0, 64), template: text },
      ...{ directories: [text.slice(0, 64)], texts: { en: { title: text.slice(0, 64) } } },
      accounts: { groups: [text], attributes: { room: text } },
    })),
  ],
  '/api/v1/flows/:name': [json((text) => ({ template: text, reason: text }))],
  '/api/v1/flows/:name/apply': [
    json((text) => ({ texts: { en: { title: text.slice(0, 64), help: text } }, reason: text })),
  ],
  '/api/v1/flows/:name/devices': [
    json((text) => ({ devices: [{ device: text.slice(0, 64), owner: text.slice(0, 64) }] })),
  ],
  '/api/v1/directories': [
    json((text) => ({ name: text, settings: { http: { url: 'https://hook.example/x' } } })),
  ],
  '/api/v1/directories/:name': [json((text) => ({ secret: text, reason: text }))],
  '/api/v1/directories/:name/apply': [
    json((text) => ({ settings: { http: { url: text } }, secret: text, reason: text })),
  ],
  '/api/v1/directories/:name/test': [json((text) => ({ person: text }))],
  '/api/v1/directories/:name/sync': [json((text) => ({ reason: text }))],
  '/i/:token': [form('name')],
  '/api/v1/invitations': [
    json((text) => ({ account: text.slice(0, 64), channel: 'link', flow: text.slice(0, 64) })),
    json((text) => ({ account: 'anna', channel: 'link', language: text })),
  ],
  '/api/v1/invitations/batches': [
    json((text) => ({ accounts: [text.slice(0, 64)], channel: 'link' })),
    json((text) => ({ group: text, channel: 'link' })),
  ],
  '/api/v1/invitations/reminders': [json((text) => ({ batch: text, reason: text }))],
  '/api/v1/invitations/:id/resend': [json((text) => ({ reason: text }))],
  '/api/v1/invitations/:id/revoke': [json((text) => ({ reason: text }))],
  '/api/v1/webhooks': [
    json((text) => ({ url: text, reason: text })),
    json((text) => ({ url: 'https://hooks.example/x', description: text, steps: [text] })),
  ],
  '/api/v1/webhooks/:id/rotate': [json((text) => ({ reason: text }))],
  '/api/v1/webhooks/:id/disable': [json((text) => ({ reason: text }))],
  '/api/v1/webhooks/:id/enable': [json((text) => ({ reason: text }))],
  '/api/v1/webhooks/:id/test': [json((text) => ({ reason: text }))],
  '/api/v1/webhooks/:id/replay': [json((text) => ({ delivery: text, reason: text }))],
  '/api/v1/audit/exports': [json((text) => ({ from: text, to: text }))],
  '/api/v1/operators': [
    json((text) => ({ name: text.slice(0, 64), password: PASSWORD, role: 'auditor' })),
    json((text) => ({ name: 'x', password: PASSWORD, role: text })),
  ],
  '/api/v1/operators/:name/role': [json((text) => ({ role: text }))],
  '/api/v1/operators/:name/password': [json(() => ({ password: PASSWORD }))],
  '/api/v1/operators/:name/identity': [
    json((text) => ({ issuer: text, subject: text })),
    json((text) => ({ issuer: 'https://id.example', subject: text })),
  ],
  '/api/v1/set-up-links': [json((text) => ({ name: text }))],
  '/api/v1/tokens': [
    json((text) => ({ name: text.slice(0, 64), scopes: ['audit.read'], days: 1 })),
    json((text) => ({ name: 'x', scopes: [text], days: 1 })),
  ],
  // Only on the owner's socket.
  '/api/v1/backups': [json((text) => ({ file: text, passphrase: text }))],
}

const TAKES_BODY: ReadonlySet<string> = new Set(['POST', 'PATCH'])

const SCEP = ['operation', 'message']

/** What the query of a route can hold. */
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  '/scep': SCEP,
  '/scep/*': SCEP,
  '/cgi-bin/pkiclient.exe': SCEP,
  '/certsrv/mscep/*': SCEP,
  '/console/sign-in/oidc/callback': ['code', 'state', 'error', 'iss'],
  '/api/v1/enrollments': ['limit', 'cursor', 'state', 'flow', 'order'],
  '/api/v1/flows': ['limit', 'cursor'],
  '/api/v1/invitations': ['limit', 'cursor', 'account', 'batch'],
  '/api/v1/outdated-devices': ['limit', 'cursor'],
  '/api/v1/funnel': ['from', 'to'],
  '/api/v1/flows/:name/devices': ['limit', 'cursor'],
  '/api/v1/steps': ['limit', 'after'],
  '/api/v1/events': ['enrollment', 'after'],
  '/api/v1/audit': ['limit', 'cursor', 'actor', 'action', 'subject', 'from', 'to'],
  '/api/v1/audit/lines': ['limit', 'after', 'upTo'],
  '/api/v1/audit/verify': ['limit', 'after'],
}

/** One name of the query after another: what one is refused for must not spare the others. */
const targetsOf = (path: string, text: string, inPath: (text: string) => string) => [
  path.replaceAll(/:\w+|\*/g, () => inPath(text)),
  ...(QUERIES[path] ?? []).map(
    (name) => `${path.replaceAll('*', 'x')}?${new URLSearchParams({ [name]: text })}`,
  ),
]

export interface Sent {
  readonly method: string
  readonly path: string
  readonly answer: Answer
}

type Bodies = Readonly<Record<string, readonly (Body | undefined)[]>>

interface EverywhereOptions {
  readonly headers: OutgoingHttpHeaders
  readonly inPath?: (text: string) => string
  readonly bodies?: Bodies
}

/** Bodies that are empty. */
export const NO_BODIES: Bodies = Object.fromEntries(
  Object.keys(BODIES).map((path) => [path, [undefined]]),
)

/**
 * Sends `text` in every part of every message to every route of the table: parameters, query, body, headers. Paths are
 * sent as `inPath` writes them, and nothing between makes them any other.
 */
export async function* sendEverywhere(
  { url }: { readonly url: string },
  text: string,
  { headers, inPath = encodeURIComponent, bodies = BODIES }: EverywhereOptions,
): AsyncGenerator<Sent> {
  const header = headerOf(text)
  const all = {
    ...{ ...headers, ...FROM_OUR_PAGE, 'if-match': '*' },
    ...{ 'user-agent': header, 'if-none-match': header, 'last-event-id': header },
  }
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  try {
    for (const [method, path] of ROUTES) {
      const makers = TAKES_BODY.has(method) ? bodies[path] : [undefined]
      assert.ok(makers, `what does ${method} ${path} take?`)
      const targets = targetsOf(path, text, inPath)
      for (const target of method === 'GET' ? targets : targets.slice(0, 1)) {
        for (const make of makers) {
          const body = make?.(text)
          const options = { method, path: target, agent, headers: all }
          yield { method, path: target, answer: await exchange(url, options, body) }
        }
      }
    }
    const keyed = { method: 'POST', path: '/api/v1/links', agent }
    const withKey = { ...keyed, headers: { ...all, 'idempotency-key': header } }
    yield { ...keyed, answer: await exchange(url, withKey, '{}') }
  } finally {
    agent.destroy()
  }
}

/** Unlike `request`, it sends a path as it stands. */
const exchange = async (
  url: string,
  options: http.RequestOptions,
  body: string | undefined,
): Promise<Answer> => {
  const { hostname, port } = new URL(url)
  const request = http.request({ ...options, hostname, port })
  request.end(body)
  const [response]: http.IncomingMessage[] = await once(request, 'response')
  assert.ok(response)
  const { statusCode: status = 0, headers } = response
  if (headers['content-type'] === 'text/event-stream') {
    // It does not end.
    response.destroy()
    return { status, headers, body: Buffer.alloc(0) }
  }
  return { status, headers, body: Buffer.concat(await response.toArray()) }
}

// What a header cannot hold is not sent by any client.
const headerOf = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '')
