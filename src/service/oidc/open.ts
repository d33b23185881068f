import type { Provider } from '../../client/oidc/index.ts'
import { openOutbound } from '../../client/outbound/index.ts'
import type { Config } from '../../config/index.ts'
import type { Clock } from '../../model/index.ts'

/**
 * The configured provider, if there is one. Asks it nothing yet.
 * @throws ServiceError invalid `outbound_ca_file`
 */
export const openProvider = async (
  { oidc, outbound }: Config,
  clock: Clock,
): Promise<Provider | undefined> => {
  const { issuer, clientId, clientSecret, scopes } = oidc
  if (issuer === undefined || clientId === undefined) return undefined
  // Most servers have no provider, and need none of what speaks to one.
  const { createProvider } = await import('../../client/oidc/index.ts')
  const claims = [oidc.roleClaim, oidc.enrollmentClaim, oidc.groupsClaim, oidc.attributes]
  return createProvider({
    issuer,
    clientId,
    clientSecret: clientSecret?.reveal(),
    scopes,
    deadlineMs: outbound.timeoutSeconds * 1000,
    readsUserInfo: claims.some((claim) => claim !== undefined),
    outbound: await openOutbound(outbound),
    clock,
  })
}
