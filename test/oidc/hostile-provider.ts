import { createHash, createPublicKey, type KeyObject, randomUUID, sign } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { makeKey } from '../codec/holder.ts'
import { certifyLocalhost } from './tls.ts'

export type Json = Record<string, unknown>

/** An ID token before it is signed. */
export interface Draft {
  readonly header: Json
  readonly claims: Json
}

/** Where the provider answers. */
export type Endpoint = 'discovery' | 'token' | 'keys' | 'userinfo'

/** What the provider does; by default it is an honest one. */
export interface Conduct {
  readonly metadata?: (good: Json) => unknown
  readonly draft?: (good: Draft) => Draft
  /** The JWS of what is to be signed. */
  readonly seal?: (draft: Draft, key: KeyObject) => string
  readonly tokens?: (good: Json) => unknown
  readonly keys?: (good: readonly Json[]) => unknown
  readonly userinfo?: (good: Json) => unknown
  /** Whom it vouches for, instead of `person`. */
  readonly person?: Json
  /** Answers by itself. */
  readonly answer?: Partial<Record<Endpoint, (response: ServerResponse) => void>>
  /** With what the browser is sent back. */
  readonly back?: (good: URLSearchParams, issuer: string) => URLSearchParams
}

/** An OpenID provider in a test's hands. */
export interface HostileProvider extends AsyncDisposable {
  readonly issuer: string
  readonly key: KeyObject
  /** What it does from now on. */
  play(conduct: Conduct): void
  /** What somebody signs in as from now on: what the ID token says of them. */
  person: Json
  /** Lets somebody sign in: what comes behind the redirect URI. */
  authorize(url: URL): string
  /** How often each endpoint was asked. */
  readonly asked: Map<Endpoint, number>
}

export const CLIENT = { id: 'windfall', secret: 'client-secret-canary' } as const

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The part of a JWS that is signed. */
export const signedPart = ({ header, claims }: Draft): string =>
  `${base64(header)}.${base64(claims)}`

/** ES256 (RFC 7518 §3.4). */
export const sealEs256 = (draft: Draft, key: KeyObject): string => {
  const text = signedPart(draft)
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
  return `${text}.${signature.toString('base64url')}`
}

export const publicJwk = (key: KeyObject, kid: string): Json => ({
  ...createPublicKey(key).export({ format: 'jwk' }),
  kid,
  use: 'sig',
})

export const sendJson = (response: ServerResponse, value: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

interface Grant {
  readonly nonce: string | null
  readonly challenge: string | null
}

/** `now` in milliseconds since 1970. */
export const startHostileProvider = async (now: () => number): Promise<HostileProvider> => {
  const key = makeKey('p-256')
  const grants = new Map<string, Grant>()
  const asked = new Map<Endpoint, number>()
  let conduct: Conduct = {}
  let issuer = ''
  const person = (): Json => conduct.person ?? provider.person
  const metadata = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    userinfo_endpoint: `${issuer}/userinfo`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  })
  const answerTokens = async (request: IncomingMessage, response: ServerResponse) => {
    const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString())
    const grant = grants.get(form.get('code') ?? '')
    grants.delete(form.get('code') ?? '')
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '')
    // Both parts are form-encoded before (RFC 6749 §2.3.1).
    const basic = Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64').toString()
    if (decodeURIComponent(basic) !== `${CLIENT.id}:${CLIENT.secret}`) {
      sendJson(response, { error: 'invalid_client' }, 401)
    } else if (grant?.challenge !== challenge.digest('base64url')) {
      sendJson(response, { error: 'invalid_grant' }, 400)
    } else sendJson(response, tokensFor(grant))
  }
  const tokensFor = ({ nonce }: Grant): unknown => {
    const seconds = Math.floor(now() / 1000)
    const good: Draft = {
      header: { alg: 'ES256', kid: 'one' },
      claims: {
        iss: issuer,
        aud: CLIENT.id,
        iat: seconds,
        exp: seconds + 300,
        nonce,
        ...person(),
      },
    }
    const idToken = (conduct.seal ?? sealEs256)(conduct.draft?.(good) ?? good, key)
    const tokens = { access_token: randomUUID(), token_type: 'Bearer', id_token: idToken }
    return conduct.tokens?.(tokens) ?? tokens
  }
  const answers: Record<
    Endpoint,
    (request: IncomingMessage, response: ServerResponse) => void | Promise<void>
  > = {
    discovery: (_request, response) =>
      sendJson(response, conduct.metadata?.(metadata()) ?? metadata()),
    token: answerTokens,
    keys: (_request, response) => {
      const good = [publicJwk(key, 'one')]
      sendJson(response, conduct.keys?.(good) ?? { keys: good })
    },
    userinfo: (_request, response) => {
      const { sub } = person()
      sendJson(response, conduct.userinfo?.({ sub }) ?? { sub })
    },
  }
  const server = createServer(certifyLocalhost(), (request, response) => {
    const path = request.url?.slice(1)
    const endpoint =
      path === '.well-known/openid-configuration'
        ? 'discovery'
        : (['token', 'keys', 'userinfo'] as const).find((name) => name === path)
    if (endpoint === undefined) {
      response.writeHead(404).end()
      return
    }
    asked.set(endpoint, (asked.get(endpoint) ?? 0) + 1)
    const own = conduct.answer?.[endpoint]
    if (own !== undefined) own(response)
    else void answers[endpoint](request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  issuer = `https://localhost:${address.port}`
  const provider: HostileProvider = {
    issuer,
    key,
    asked,
    person: {},
    play: (next) => {
      conduct = next
    },
    authorize: ({ searchParams }) => {
      const code = randomUUID()
      const challenge = searchParams.get('code_challenge')
      grants.set(code, { nonce: searchParams.get('nonce'), challenge })
      const state = searchParams.get('state') ?? ''
      const good = new URLSearchParams({ code, state, iss: issuer })
      return String(conduct.back?.(good, issuer) ?? good)
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return provider
}
