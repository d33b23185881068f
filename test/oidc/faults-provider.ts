import type { ServerResponse } from 'node:http'
import { type Conduct, type Endpoint, sendJson } from './hostile-provider.ts'

/** Something a provider, or whoever sits between, does; and the reason that the audit states. */
export type Fault = readonly [name: string, reason: string, conduct: Conduct]

type Answer = (response: ServerResponse) => void

const redirect: Answer = (response) =>
  response.writeHead(302, { location: 'https://localhost/elsewhere' }).end()

const answering = (endpoint: Endpoint, answer: Answer): Conduct => ({
  answer: { [endpoint]: answer },
})

/** Wrong in the same way wherever it is asked. */
const WRONG_ANSWERS: readonly (readonly [string, string, Answer])[] = [
  ['a redirect', 'outbound_redirect', redirect],
  ['500', 'outbound_status', (response) => sendJson(response, {}, 500)],
  ['too much', 'outbound_size', (response) => sendJson(response, { x: 'x'.repeat(300_000) })],
  ['no answer', 'outbound_failed', (response) => response.destroy()],
  [
    'something that is not JSON',
    'oidc_not_json',
    (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('<html>'),
  ],
]

const wrongAt = (endpoint: Endpoint): readonly Fault[] =>
  WRONG_ANSWERS.map(([name, reason, answer]) => [
    `${name} at ${endpoint}`,
    reason,
    answering(endpoint, answer),
  ])

/** Those that show before a browser is sent anywhere. */
export const DISCOVERY_FAULTS: readonly Fault[] = [
  ...wrongAt('discovery'),
  [
    'HTML with the type of HTML',
    'oidc_not_json',
    answering('discovery', (response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    ),
  ],
  ['404', 'oidc_status', answering('discovery', (response) => sendJson(response, {}, 404))],
  ['a list', 'oidc_malformed', { metadata: () => [] }],
  ['nothing in it', 'oidc_malformed', { metadata: () => ({}) }],
  [
    'another issuer',
    'oidc_issuer',
    { metadata: (good) => ({ ...good, issuer: 'https://other.example' }) },
  ],
  [
    'the issuer in another spelling',
    'oidc_issuer',
    { metadata: (good) => ({ ...good, issuer: `${good['issuer']}/` }) },
  ],
  [
    'a template for many issuers',
    'oidc_issuer',
    { metadata: (good) => ({ ...good, issuer: 'https://login.example/{tenantid}/v2.0' }) },
  ],
  [
    'an authorization endpoint without TLS',
    'oidc_plain_http',
    { metadata: (good) => ({ ...good, authorization_endpoint: 'http://localhost/authorize' }) },
  ],
  [
    'a script for an authorization endpoint',
    'oidc_plain_http',
    { metadata: (good) => ({ ...good, authorization_endpoint: 'javascript:alert(1)' }) },
  ],
  [
    'no authorization endpoint',
    'oidc_authorization_endpoint',
    { metadata: ({ authorization_endpoint: _, ...good }) => good },
  ],
  [
    'PKCE without S256',
    'oidc_pkce',
    { metadata: (good) => ({ ...good, code_challenge_methods_supported: ['plain'] }) },
  ],
]

const metadata = (change: Record<string, unknown>): Conduct => ({
  metadata: (good) => ({ ...good, ...change }),
})

/** Those of the endpoints that are asked when the browser is back. */
export const ENDPOINT_FAULTS: readonly Fault[] = [
  ...wrongAt('token'),
  ...wrongAt('keys'),
  [
    'a token endpoint without TLS',
    'oidc_plain_http',
    metadata({ token_endpoint: 'http://localhost/' }),
  ],
  [
    'a token endpoint where clouds keep secrets',
    'outbound_address',
    metadata({ token_endpoint: 'https://169.254.169.254/latest/meta-data/' }),
  ],
  [
    'a token endpoint in the private network',
    'outbound_address',
    metadata({ token_endpoint: 'https://10.0.0.1/' }),
  ],
  ['keys without TLS', 'outbound_url', metadata({ jwks_uri: 'http://localhost/keys' })],
  [
    'keys in the private network',
    'outbound_address',
    metadata({ jwks_uri: 'https://192.168.0.1/' }),
  ],
  ['nowhere to get keys', 'oidc_keys', { metadata: ({ jwks_uri: _, ...good }) => good }],
  [
    'a client that is not known',
    'oidc_client',
    answering('token', (response) => sendJson(response, { error: 'invalid_client' }, 401)),
  ],
  [
    'a code that is refused',
    'oidc_code',
    answering('token', (response) => sendJson(response, { error: 'invalid_grant' }, 400)),
  ],
  ['tokens as a list', 'oidc_malformed', { tokens: () => [] }],
  ['no ID token', 'oidc_id_token', { tokens: ({ id_token: _, ...good }) => good }],
  ['no access token', 'oidc_access_token', { tokens: ({ access_token: _, ...good }) => good }],
  [
    'an ID token that is a number',
    'oidc_id_token',
    { tokens: (good) => ({ ...good, id_token: 1 }) },
  ],
  [
    'a token of another kind',
    'oidc_unsupported',
    { tokens: (good) => ({ ...good, token_type: 'mac' }) },
  ],
]

const back = (change: (query: URLSearchParams, issuer: string) => void): Conduct => ({
  back: (good, issuer) => {
    change(good, issuer)
    return good
  },
})

/** Those of the browser's way back. */
export const CALLBACK_FAULTS: readonly Fault[] = [
  ['no state', 'oidc_state', back((query) => query.delete('state'))],
  ['another state', 'oidc_state', back((query) => query.set('state', 'A'.repeat(43)))],
  ['two states', 'oidc_state', back((query) => query.append('state', query.get('state') ?? ''))],
  [
    'the issuer of another provider (RFC 9207)',
    'oidc_iss',
    back((query) => query.set('iss', 'https://other.example')),
  ],
  [
    'no issuer, although it is promised (RFC 9207)',
    'oidc_iss',
    back((query) => query.delete('iss')),
  ],
  ['two issuers', 'oidc_iss', back((query, issuer) => query.append('iss', issuer))],
  ['no code', 'oidc_malformed', back((query) => query.delete('code'))],
  ['two codes', 'oidc_malformed', back((query) => query.append('code', 'x'))],
  ['a code that the provider never gave', 'oidc_code', back((query) => query.set('code', 'x'))],
  [
    'a person who did not agree',
    'oidc_access_denied',
    back((query) => query.set('error', 'access_denied')),
  ],
  ['an error', 'oidc_error', back((query) => query.set('error', 'server_error'))],
  ['an ID token on the way back', 'oidc_unsupported', back((query) => query.set('id_token', 'x'))],
  ['an answer as a JWT', 'oidc_malformed', back((query) => query.set('response', 'x'))],
]
