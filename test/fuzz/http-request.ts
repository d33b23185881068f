import { dict, formatPlist } from '../../src/protocol/plist/index.ts'
import { readFixture } from '../codec/fixture.ts'
import { mutateBytes, pick, type Random } from '../mutate.ts'
import { OWN_SIGNED } from './cms-seeds.ts'
import { readDictionary } from './dictionary.ts'
import { fillPath, type Route } from './http-route.ts'
import { CAPTURES } from './scep-codec.ts'

/** Those that Fastify can be asked with in process; sockets take any word. */
const METHODS = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const

/** A request as JSON has it; `$TOKEN`, `$SESSION` and the like stand for what only a running server knows. */
export interface HttpRequest {
  readonly method: (typeof METHODS)[number]
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Base64. */
  readonly body: string
}

const ENTRIES = readDictionary('http.dict')
/** Names of headers, those that mean something here among them. */
const NAMES: readonly string[] = [
  ...ENTRIES.filter((entry) => /^[A-Z][A-Za-z-]+$/.test(entry)),
  ...['authorization', 'cookie', 'host', 'content-type', 'content-encoding', 'origin', 'accept'],
  ...['sec-fetch-site', 'x-forwarded-host', 'x-forwarded-for', 'user-agent', 'if-none-match'],
]
const VALUES: readonly string[] = [
  ...ENTRIES,
  ...['', '*', '*/*', '0', '-1', 'null', 'gzip', 'identity', 'chunked', 'localhost', '127.0.0.1:1'],
  ...['text/html', 'application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'],
  ...['https://evil.example', 'same-origin', 'cross-site', '[::1]', '[', 'a@b', 'é', '\x7f', '\t'],
  ...[
    'Bearer',
    'Bearer x',
    'Bearer $TOKEN',
    'Basic',
    'Basic YW5uYTp3cm9uZw==',
    'Basic Og==',
    'Digest a',
  ],
  ...[
    '__Host-windfall-session=$SESSION',
    '__Host-windfall-enroll=x',
    'a=b; ; =; a',
    'x'.repeat(8000),
  ],
]

const FORMS: readonly string[] = [
  'name=bob&password=wrong',
  'name=%ff%00&password=%',
  'name=&name=&password',
  `name=${'x'.repeat(5000)}&password=${'y'.repeat(5000)}`,
]
const DOCUMENTS: readonly string[] = [
  '{"name":"carol","password":"correct horse battery","fullName":"Carol","email":"c@example.com","attributes":{"a":"b"}}',
  '{"enrollment":"$ID"}',
  '{"__proto__":{"a":1},"name":1,"password":[],"attributes":{"constructor":"x"}}',
  `{"attributes":{${Array.from({ length: 2000 }, (_, i) => `"${i}":"x"`).join(',')}}}`,
  `${'['.repeat(3000)}${']'.repeat(3000)}`,
  '"\\ud800"',
]
const BODIES: readonly Uint8Array[] = [
  ...[...FORMS, ...DOCUMENTS].map((text): Uint8Array => Buffer.from(text)),
  formatPlist(dict({ UDID: 'x', SERIAL: 'y', CHALLENGE: 'z' })),
  ...OWN_SIGNED,
  ...CAPTURES,
  readFixture('ota/phase2-zentral.p7m'),
]
const TOKENS: readonly Uint8Array[] = [...readDictionary('json.dict'), ...ENTRIES].map((text) =>
  Buffer.from(text),
)

const createBody = (random: Random): Uint8Array => {
  switch (random(8)) {
    case 0:
      return new Uint8Array()
    case 1:
      return pick(BODIES, random)
    case 2:
      return Buffer.alloc(random(4) === 0 ? 300_000 : random(5000), pick(BODIES, random))
    case 3:
      return mutateBytes(pick(BODIES, random), random, BODIES)
    default:
      return mutateBytes(pick(BODIES, random), random, TOKENS)
  }
}

const createHeaders = (random: Random): HttpRequest['headers'] => {
  const headers: Record<string, string> = {}
  if (random(2) === 0) headers['authorization'] = 'Bearer $TOKEN'
  if (random(4) === 0) headers['cookie'] = '__Host-windfall-session=$SESSION'
  for (let count = random(4); count > 0; count--) {
    headers[pick(NAMES, random).toLowerCase()] = pick(VALUES, random)
  }
  return headers
}

/** A request to one of the routes, mostly by a method that it knows. */
export const createRequest = (routes: readonly Route[], random: Random): HttpRequest => {
  const route = pick(routes, random)
  const known = METHODS.filter((method) => route.methods.includes(method))
  const method = pick(random(6) === 0 ? METHODS : known, random)
  const hasBody = method !== 'GET' && method !== 'HEAD'
  return {
    method,
    url: fillPath(route, random),
    headers: createHeaders(random),
    body: hasBody ? Buffer.from(createBody(random)).toString('base64') : '',
  }
}

/** The request as HTTP/1.1 has it, with one to four bytes or words of it changed most of the time. */
export const createOctets = (routes: readonly Route[], random: Random): Uint8Array => {
  const { method, url, headers, body } = createRequest(routes, random)
  const content = Buffer.from(body, 'base64')
  const lines = [
    `${pick([method, method, 'TRACE', 'PROPFIND', 'get', ''], random)} ${url} HTTP/1.1`,
    ...Object.entries({ host: 'localhost', ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    ),
    ...(content.length === 0 ? [] : [`content-length: ${content.length}`]),
    '',
    '',
  ]
  const whole = Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), content])
  return random(4) === 0 ? whole : mutateBytes(whole, random, SPLICED)
}

const SPLICED: readonly Uint8Array[] = [
  ...TOKENS,
  ...[
    '\r\n\r\n',
    '\n',
    '\r',
    '\0',
    ' ',
    ': ',
    'HTTP/1.0',
    'HTTP/2.0',
    'GET / HTTP/1.1\r\n\r\n',
  ].map((text) => Buffer.from(text)),
  ...[
    'content-length: 0\r\n',
    'content-length: 99999999999999999999\r\n',
    'expect: 100-continue\r\n',
  ].map((text) => Buffer.from(text)),
  ...[
    'transfer-encoding: chunked\r\n',
    '0\r\n\r\n',
    'ffffffffffffffff\r\n',
    'upgrade: h2c\r\n',
  ].map((text) => Buffer.from(text)),
]
