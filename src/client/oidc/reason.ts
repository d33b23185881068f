import { AuthorizationResponseError, ResponseBodyError } from 'openid-client'
import { ProtocolError, ServiceError } from '../../errors.ts'

/** What the libraries call it → what we call it. */
const REASONS: Readonly<Record<string, string>> = {
  OAUTH_HTTP_REQUEST_FORBIDDEN: 'oidc_plain_http',
  OAUTH_REQUEST_PROTOCOL_FORBIDDEN: 'oidc_plain_http',
  OAUTH_RESPONSE_IS_NOT_CONFORM: 'oidc_status',
  OAUTH_RESPONSE_IS_NOT_JSON: 'oidc_not_json',
  OAUTH_PARSE_ERROR: 'oidc_not_json',
  OAUTH_UNSUPPORTED_OPERATION: 'oidc_unsupported',
  ERR_JOSE_ALG_NOT_ALLOWED: 'oidc_alg',
  ERR_JOSE_NOT_SUPPORTED: 'oidc_unsupported',
  ERR_JWKS_INVALID: 'oidc_keys',
  ERR_JWKS_NO_MATCHING_KEY: 'oidc_key_unknown',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'oidc_key_unknown',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'oidc_signature',
}

/**
 * Why an exchange with the provider ended, as one of our errors: ServiceError where there was no answer, ProtocolError
 * `oidc_…` where the answer is not good enough to let somebody in.
 */
export const toReason = (error: unknown): Error => {
  const causes = causesOf(error)
  const own = causes.find((it) => it instanceof ServiceError || it instanceof ProtocolError)
  if (own !== undefined) return own
  if (error instanceof AuthorizationResponseError) {
    const isRefusal = error.error === 'access_denied'
    return refused(isRefusal ? 'oidc_access_denied' : 'oidc_error', error)
  }
  if (error instanceof ResponseBodyError) {
    return refused(error.error === 'invalid_client' ? 'oidc_client' : 'oidc_code', error)
  }
  if (error instanceof SyntaxError) return refused('oidc_not_json', error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reason = REASONS[code] ?? causes.map(fieldOf).find((field) => field !== undefined)
  return refused(reason ?? 'oidc_malformed', error)
}

const refused = (code: string, cause: unknown): ProtocolError =>
  new ProtocolError(code, 'the answer of the provider does not prove who signs in', { cause })

const causesOf = (error: unknown): readonly Error[] =>
  error instanceof Error ? [error, ...causesOf(error.cause)] : []

/** `oidc_` and the claim, parameter or field that is at fault; of some the library speaks in its message only. */
const fieldOf = ({ cause, message }: Error): string | undefined => {
  const named = typeof cause === 'object' && cause !== null ? { ...cause } : {}
  const field = 'claim' in named ? named.claim : 'attribute' in named ? named.attribute : undefined
  const name = typeof field === 'string' ? field : QUOTED.exec(message)?.[1]
  return name === undefined ? undefined : `oidc_${name}`
}

const QUOTED =
  /"(alg|iss|aud|azp|exp|nbf|iat|sub|nonce|state|id_token|access_token|token_type|expires_in|scope)"/
