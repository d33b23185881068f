import type { Provider, Vouched } from '../../client/oidc/index.ts'
import { ProtocolError, ServiceError } from '../../errors.ts'
import type { JsonObject } from '../../model/index.ts'
import { countAttempt, readAttempts } from '../../store/index.ts'
import { type Origin, recordAudit } from '../journal/index.ts'
import { beginPending, type PendingOptions, type PendingSignIn, usePending } from './pending.ts'

const WINDOW = 15 * 60_000

export interface WalkOptions extends PendingOptions {
  readonly provider: Provider
  /** How often one address may begin in a quarter of an hour: each costs a question to the provider. */
  readonly most: number
  /** What the audit calls it, e.g. `operator.sign_in`. */
  readonly action: string
}

/** Where a browser goes, and what it keeps for the way back. */
export interface Departure extends Pick<PendingSignIn, 'secret' | 'seconds'> {
  readonly url: string
}

/** What a browser comes back with. */
export interface Return {
  /** What it was given to keep. */
  readonly secret: string | undefined
  readonly answer: URLSearchParams
  readonly origin: Origin
}

/** The way to the provider. @throws ServiceError rate_limited `too_many_attempts`; unavailable `oidc_unavailable` */
export const depart = async (
  options: WalkOptions,
  context: string,
  origin: Origin,
): Promise<Departure> => {
  try {
    await requireTurn(options, origin)
    const { ticket, ...kept } = await beginPending(options, context)
    const url = await options.provider.authorizationUrl(ticket)
    return { ...kept, url: url.href }
  } catch (error) {
    await recordRefusal(options, { error, origin })
    throw error instanceof ProtocolError ? unavailable(error) : toAnswer(error)
  }
}

/**
 * Whom the provider vouches for, and the context of the departure.
 * @throws ServiceError forbidden `oidc_…`; unavailable `oidc_unavailable`
 */
export const arrive = async (
  options: WalkOptions,
  { secret, answer, origin }: Return,
): Promise<{ readonly vouched: Vouched; readonly context: string }> => {
  try {
    const { ticket, context } = await usePending(options, secret, answer)
    return { vouched: await options.provider.redeem(answer, ticket), context }
  } catch (error) {
    await recordRefusal(options, { error, origin })
    throw toAnswer(error)
  }
}

const requireTurn = async (
  { db, clock, kind, most }: WalkOptions,
  origin: Origin,
): Promise<void> => {
  const key = `${kind} ${origin.remoteAddress}`
  const attempts = await readAttempts(db, key, clock.now(), WINDOW)
  if (attempts.count >= most) {
    throw new ServiceError('rate_limited', 'too_many_attempts', 'too many attempts; try later', {
      retryAfter: Math.ceil(attempts.retryAfterMs / 1000),
    })
  }
  await countAttempt(db, key, clock.now(), WINDOW)
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

/** What is no refusal is a fault of ours, and no line says that somebody was refused. */
export const recordRefusal = async (
  { db, clock, action }: Pick<WalkOptions, 'db' | 'clock' | 'action'>,
  { error, origin, detail = {} }: Refusal,
): Promise<void> => {
  if (!(error instanceof ProtocolError || error instanceof ServiceError)) return
  await recordAudit(db, {
    at: clock.now(),
    actor: 'stranger',
    action,
    outcome: 'refused',
    code: error.code,
    detail: { by: 'oidc', ...detail },
    origin,
  })
}
