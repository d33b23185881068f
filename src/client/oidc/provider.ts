import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  fetchUserInfo,
  None,
} from 'openid-client'
import { ProtocolError } from '../../errors.ts'
import type { Clock, Connection } from '../../model/index.ts'
import type { Outbound } from '../outbound/index.ts'
import { createWatch } from './connection.ts'
import { toReason } from './reason.ts'
import { parseKeySet, verifyJws } from './signature.ts'

export interface ProviderOptions {
  readonly issuer: string
  readonly clientId: string
  /** Undefined: a public client. */
  readonly clientSecret: string | undefined
  readonly scopes: string
  /** Milliseconds for everything that one step of a sign-in asks of the provider. */
  readonly deadlineMs: number
  /** Whether claims of the UserInfo endpoint count where the ID token says nothing. */
  readonly readsUserInfo: boolean
  readonly outbound: Outbound
  readonly clock: Clock
}

/** What binds an answer of the provider to one question of one browser. */
export interface Ticket {
  /** RFC 6749 §10.12. */
  readonly state: string
  /** OpenID Connect Core §15.5.2. */
  readonly nonce: string
  /** RFC 7636 §4.1. */
  readonly verifier: string
  /** Where the provider sends the browser back to. */
  readonly redirectUri: string
}

/** Somebody whom the provider vouches for. Nobody else has this issuer and subject, now or later. */
export interface Vouched {
  readonly issuer: string
  readonly subject: string
  /** Each as it came. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** An OpenID provider. Nothing is remembered between two questions: any server of the installation may ask the next. */
export interface Provider {
  readonly issuer: string
  /** Where a browser goes to sign in. @throws ServiceError `outbound_…`; ProtocolError `oidc_…` */
  authorizationUrl(ticket: Ticket): Promise<URL>
  /** Exchanges what the browser came back with. @throws as `authorizationUrl` */
  redeem(answer: URLSearchParams, ticket: Ticket): Promise<Vouched>
  connection(): Connection
}

export const createProvider = (options: ProviderOptions): Provider => {
  const watch = createWatch(options.clock)
  const run = <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    watch.run(async () => {
      try {
        return await work(AbortSignal.timeout(options.deadlineMs))
      } catch (error) {
        throw toReason(error)
      }
    })
  return {
    issuer: options.issuer,
    authorizationUrl: (ticket) => run((signal) => authorizationUrl(options, ticket, signal)),
    redeem: (answer, ticket) => run((signal) => redeem(options, { answer, ticket, signal })),
    connection: watch.connection,
  }
}

/** What the provider says of itself (OpenID Connect Discovery §4), with our side of the client in it. */
const discover = async (options: ProviderOptions, signal: AbortSignal): Promise<Configuration> => {
  const { issuer, clientId, clientSecret } = options
  const fetch = fetchWith(options.outbound, signal)
  const found = await discovery(new URL(issuer), clientId, {}, None(), { [customFetch]: fetch })
  const metadata = found.serverMetadata()
  // The library lets some providers say another issuer than the one they were asked as.
  if (metadata.issuer !== issuer) throw refusal('oidc_issuer', 'the provider has another name')
  const methods = metadata.code_challenge_methods_supported
  if (methods !== undefined && !methods.includes('S256')) {
    throw refusal('oidc_pkce', 'the provider does not know S256')
  }
  const configuration = new Configuration(
    metadata,
    clientId,
    {},
    authenticationOf(clientSecret, metadata.token_endpoint_auth_methods_supported),
  )
  configuration[customFetch] = fetch
  return configuration
}

// OpenID Connect Core §9: client_secret_basic is what everybody knows.
const authenticationOf = (secret: string | undefined, methods: readonly string[] | undefined) => {
  if (secret === undefined) return None()
  const isPostOnly = methods?.includes('client_secret_basic') === false
  return isPostOnly ? ClientSecretPost(secret) : ClientSecretBasic(secret)
}

const fetchWith =
  (outbound: Outbound, signal: AbortSignal): CustomFetch =>
  (url, { method, headers, body }) => {
    const text = body instanceof URLSearchParams ? String(body) : undefined
    return outbound.fetch(url, { method, headers, body: text, signal })
  }

const authorizationUrl = async (
  options: ProviderOptions,
  { state, nonce, verifier, redirectUri }: Ticket,
  signal: AbortSignal,
): Promise<URL> =>
  buildAuthorizationUrl(await discover(options, signal), {
    redirect_uri: redirectUri,
    scope: options.scopes,
    state,
    nonce,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })

interface Redemption {
  readonly answer: URLSearchParams
  readonly ticket: Ticket
  readonly signal: AbortSignal
}

const redeem = async (
  options: ProviderOptions,
  { answer, ticket, signal }: Redemption,
): Promise<Vouched> => {
  const configuration = await discover(options, signal)
  const url = new URL(ticket.redirectUri)
  url.search = String(answer)
  const tokens = await authorizationCodeGrant(configuration, url, {
    expectedState: ticket.state,
    expectedNonce: ticket.nonce,
    pkceCodeVerifier: ticket.verifier,
    idTokenExpected: true,
  })
  const claims = tokens.claims()
  if (claims === undefined || tokens.id_token === undefined) {
    throw refusal('oidc_id_token', 'there is no ID token')
  }
  await verifySignature(options, configuration, { jws: tokens.id_token, signal })
  requireSound(claims, options)
  const more = options.readsUserInfo ? await userInfo(configuration, tokens) : {}
  return { issuer: claims.iss, subject: claims.sub, claims: { ...more, ...claims } }
}

// OpenID Connect Core §3.1.3.7 lets TLS stand for the signature; here it does not.
const verifySignature = async (
  { outbound }: ProviderOptions,
  configuration: Configuration,
  { jws, signal }: { readonly jws: string; readonly signal: AbortSignal },
): Promise<void> => {
  const { jwks_uri: uri } = configuration.serverMetadata()
  if (uri === undefined) throw refusal('oidc_keys', 'the provider has no keys')
  const headers = { accept: 'application/json' }
  const response = await outbound.fetch(uri, { method: 'GET', headers, signal })
  await verifyJws(jws, parseKeySet(response.status === 200 ? await response.json() : undefined))
}

/** Seconds that a clock may be ahead, and that a person takes at the provider. */
const AHEAD = 60
const AGE = 600

// OpenID Connect Core §2: at most 255 ASCII characters.
const SUBJECT = /^[\x20-\x7e]{1,255}$/

// What the library leaves open: the form of the subject, an `azp` beside a single audience, and the age.
const requireSound = (
  { sub, iat, azp }: { readonly sub: string; readonly iat: number; readonly azp?: unknown },
  { clientId, clock }: ProviderOptions,
): void => {
  if (!SUBJECT.test(sub)) throw refusal('oidc_sub', 'the subject is no 1 to 255 ASCII characters')
  if (azp !== undefined && azp !== clientId) {
    throw refusal('oidc_azp', 'the ID token was issued to another client')
  }
  const now = clock.now() / 1000
  if (!(iat >= now - AGE && iat <= now + AHEAD)) {
    throw refusal('oidc_iat', 'the ID token was not issued just before')
  }
}

const userInfo = async (
  configuration: Configuration,
  tokens: Awaited<ReturnType<typeof authorizationCodeGrant>>,
): Promise<Vouched['claims']> => {
  const subject = tokens.claims()?.sub
  const { userinfo_endpoint: endpoint } = configuration.serverMetadata()
  if (endpoint === undefined || subject === undefined) return {}
  return await fetchUserInfo(configuration, tokens.access_token, subject)
}

const refusal = (code: string, detail: string): ProtocolError => new ProtocolError(code, detail)
