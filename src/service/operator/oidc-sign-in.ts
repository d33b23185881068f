import type { Provider, Vouched } from '../../client/oidc/index.ts'
import { ProtocolError, ServiceError } from '../../errors.ts'
import type { Connection, JsonObject } from '../../model/index.ts'
import {
  countAttempt,
  findOperatorByIdentity,
  type Operator,
  readAttempts,
} from '../../store/index.ts'
import { type Origin, recordAudit } from '../journal/index.ts'
import { describeNewcomer, type RolePolicy } from './first-sign-in.ts'
import { addPrepared, prepareOperator } from './operator.ts'
import { beginPending, type PendingSignIn, usePending } from './pending-sign-in.ts'
import type { OperatorOptions } from './secret.ts'
import { type BegunSession, beginSession, type SignInContext } from './session.ts'

/** From one address; each costs a question to the provider. */
const MOST = 60
const WINDOW = 15 * 60_000

export interface OidcSignInOptions extends OperatorOptions {
  /** What people call the provider. */
  readonly label: string
  readonly provider: Provider
  /** Undefined: nobody comes who was not linked before. */
  readonly roles: RolePolicy | undefined
}

/** Where a browser goes, and what it keeps for the way back. */
export interface Departure extends Pick<PendingSignIn, 'secret' | 'seconds'> {
  readonly url: string
}

/** What a browser comes back with. */
interface Return extends SignInContext {
  /** What `begin` gave it to keep. */
  readonly secret: string | undefined
  readonly answer: URLSearchParams
}

/** Signing in with an OpenID provider. Who somebody is, its issuer and their subject say, and nothing else. */
export interface OidcSignIn {
  /** What people call the provider. */
  readonly label: string
  readonly issuer: string
  /** @throws ServiceError rate_limited `too_many_attempts`; unavailable `oidc_unavailable` */
  begin(origin: Origin): Promise<Departure>
  /** @throws ServiceError forbidden `oidc_…`, conflict `operator_exists`; unavailable `oidc_unavailable` */
  complete(back: Return): Promise<BegunSession>
  /** How it goes with the provider, as seen from this server. */
  connection(): Connection
}

export const createOidcSignIn = (options: OidcSignInOptions): OidcSignIn => ({
  label: options.label,
  issuer: options.provider.issuer,
  begin: (origin) => begin(options, origin),
  complete: (back) => complete(options, back),
  connection: () => options.provider.connection(),
})

const begin = async (options: OidcSignInOptions, origin: Origin): Promise<Departure> => {
  try {
    await requireTurn(options, origin)
    const { ticket, ...kept } = await beginPending(options)
    const url = await options.provider.authorizationUrl(ticket)
    return { ...kept, url: url.href }
  } catch (error) {
    await recordRefusal(options, { error, origin })
    throw error instanceof ProtocolError ? unavailable(error) : toAnswer(error)
  }
}

const requireTurn = async ({ db, clock }: OperatorOptions, origin: Origin): Promise<void> => {
  const key = `oidc ${origin.remoteAddress}`
  const attempts = await readAttempts(db, key, clock.now(), WINDOW)
  if (attempts.count >= MOST) {
    throw new ServiceError('rate_limited', 'too_many_attempts', 'too many attempts; try later', {
      retryAfter: Math.ceil(attempts.retryAfterMs / 1000),
    })
  }
  await countAttempt(db, key, clock.now(), WINDOW)
}

const complete = async (
  options: OidcSignInOptions,
  { secret, answer, ...context }: Return,
): Promise<BegunSession> => {
  const { origin } = context
  let vouched: Vouched
  try {
    const ticket = await usePending(options, secret, answer)
    vouched = await options.provider.redeem(answer, ticket)
  } catch (error) {
    await recordRefusal(options, { error, origin })
    throw toAnswer(error)
  }
  const { issuer, subject } = vouched
  const identity = { issuer, subject }
  try {
    const { id } = await findOrMake(options, vouched, origin)
    return await beginSession(options, { id, proof: { kind: 'oidc', identity } }, context)
  } catch (error) {
    await recordRefusal(options, { error, origin, detail: identity })
    throw error
  }
}

const findOrMake = async (
  options: OidcSignInOptions,
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

const unavailable = (cause: Error): ServiceError =>
  new ServiceError('unavailable', 'oidc_unavailable', 'the sign-in provider does not answer well', {
    cause,
    retryAfter: 10,
  })

/** What whoever signs in is told; the audit says more. */
const toAnswer = (error: unknown): unknown => {
  if (error instanceof ProtocolError) {
    const detail = 'the answer of the sign-in provider does not prove who you are'
    return new ServiceError('forbidden', 'oidc_refused', detail, { cause: error })
  }
  const isOutage = error instanceof ServiceError && error.kind === 'unavailable'
  return isOutage ? unavailable(error) : error
}

interface Refusal {
  readonly error: unknown
  readonly origin: Origin
  readonly detail?: JsonObject
}

// What is no refusal is a fault of ours, and no line says that somebody was refused.
const recordRefusal = async (
  { db, clock }: OperatorOptions,
  { error, origin, detail = {} }: Refusal,
): Promise<void> => {
  if (!(error instanceof ProtocolError || error instanceof ServiceError)) return
  await recordAudit(db, {
    at: clock.now(),
    actor: 'stranger',
    action: 'operator.sign_in',
    outcome: 'refused',
    code: error.code,
    detail: { by: 'oidc', ...detail },
    origin,
  })
}
