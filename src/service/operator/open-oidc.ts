import { openOutbound } from '../../client/outbound/index.ts'
import type { Config } from '../../config/index.ts'
import { createOidcSignIn, type OidcSignIn } from './oidc-sign-in.ts'
import type { OperatorOptions } from './secret.ts'

/** Where the provider sends browsers back to: it is written down there, and does not change. */
export const OIDC_CALLBACK = '/console/sign-in/oidc/callback'

/**
 * The sign-in with the configured provider, if there is one. Asks it nothing yet.
 * @throws ServiceError invalid `outbound_ca_file`
 */
export const openOidcSignIn = async (
  { oidc, outbound }: Config,
  options: OperatorOptions,
  publicUrl: string,
): Promise<OidcSignIn | undefined> => {
  const { issuer, clientId, clientSecret, scopes, label, roleClaim, roles: rules } = oidc
  if (issuer === undefined || clientId === undefined) return undefined
  // Most servers have no provider, and need none of what speaks to one.
  const { createProvider } = await import('../../client/oidc/index.ts')
  const roles =
    roleClaim === undefined || rules === undefined ? undefined : { claim: roleClaim, rules }
  const provider = createProvider({
    issuer,
    clientId,
    clientSecret: clientSecret?.reveal(),
    scopes,
    redirectUri: `${publicUrl}${OIDC_CALLBACK}`,
    deadlineMs: outbound.timeoutSeconds * 1000,
    readsUserInfo: roles !== undefined,
    outbound: await openOutbound(outbound),
    clock: options.clock,
  })
  return createOidcSignIn({ ...options, label, provider, roles })
}
