import type { Provider, Vouched } from '../../client/oidc/index.ts'
import type { Config } from '../../config/index.ts'
import { ServiceError } from '../../errors.ts'
import type { Connection } from '../../model/index.ts'
import { findOperatorByIdentity, type Operator } from '../../store/index.ts'
import type { Origin } from '../journal/index.ts'
import { arrive, type Departure, depart, type Return, recordRefusal } from '../oidc/index.ts'
import { describeNewcomer, type RolePolicy } from './first-sign-in.ts'
import { addPrepared, prepareOperator } from './operator.ts'
import type { OperatorOptions } from './options.ts'
import { type BegunSession, beginSession, type SignInContext } from './session.ts'

/** Where the provider sends browsers back to: it is written down there, and does not change. */
export const OIDC_CALLBACK = '/console/sign-in/oidc/callback'

/** From one address in a quarter of an hour. */
const MOST = 60

interface OidcSignInOptions extends OperatorOptions {
  readonly provider: Provider
  readonly config: Pick<Config, 'oidc'>
  readonly publicUrl: string
}

/** Signing in with an OpenID provider. Who somebody is, its issuer and their subject say, and nothing else. */
export interface OidcSignIn {
  /** What people call the provider. */
  readonly label: string
  readonly issuer: string
  /** @throws ServiceError rate_limited `too_many_attempts`; unavailable `oidc_unavailable` */
  begin(origin: Origin): Promise<Departure>
  /** @throws ServiceError forbidden `oidc_…`, conflict `operator_exists`; unavailable `oidc_unavailable` */
  complete(back: Return & SignInContext): Promise<BegunSession>
  /** How it goes with the provider, as seen from this server. */
  connection(): Connection
}

export const createOidcSignIn = ({
  config: { oidc },
  publicUrl,
  ...given
}: OidcSignInOptions): OidcSignIn => {
  const { roleClaim: claim, roles: rules } = oidc
  const options = {
    ...given,
    kind: 'oidc',
    most: MOST,
    action: 'operator.sign_in',
    redirectUri: `${publicUrl}${OIDC_CALLBACK}`,
    roles: claim === undefined || rules === undefined ? undefined : { claim, rules },
  } as const
  return {
    label: oidc.label,
    issuer: given.provider.issuer,
    begin: (origin) => depart(options, '*', origin),
    complete: (back) => complete(options, back),
    connection: () => given.provider.connection(),
  }
}

type Options = Parameters<typeof arrive>[0] & {
  /** Undefined: nobody comes who was not linked before. */
  readonly roles: RolePolicy | undefined
}

const complete = async (options: Options, back: Return & SignInContext): Promise<BegunSession> => {
  const { vouched } = await arrive(options, back)
  const { issuer, subject } = vouched
  const identity = { issuer, subject }
  const { origin } = back
  try {
    const { id } = await findOrMake(options, vouched, origin)
    return await beginSession(options, { id, proof: { kind: 'oidc', identity } }, back)
  } catch (error) {
    await recordRefusal(options, { error, origin, detail: identity })
    throw error
  }
}

const findOrMake = async (
  options: Options,
  vouched: Vouched,
  origin: Origin,
): Promise<Pick<Operator, 'id'>> => {
  const { issuer, subject } = vouched
  const found = await findOperatorByIdentity(options.db, { issuer, subject })
  if (found?.disabledAt) throw new ServiceError('forbidden', 'oidc_disabled', 'you were disabled')
  if (found !== undefined) return found
  const wanted = { ...describeNewcomer(vouched, options.roles), identity: { issuer, subject } }
  const operator = await prepareOperator(wanted, options.clock.now())
  return await addPrepared(options, operator, { name: operator.id, origin })
}
