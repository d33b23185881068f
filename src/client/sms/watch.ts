import { ServiceError } from '../../errors.ts'
import { type Clock, type Connection, failed, succeeded, UNTRIED } from '../../model/index.ts'
import type { Sms, SmsClient, SmsGateway, SmsOutcome } from './sms.ts'

/** Milliseconds for one message. */
const DEADLINE = 20_000

/** A gateway that is given an end for every answer, and watched. */
export const createSmsClient = (
  gateway: SmsGateway,
  { clock, deadlineMs = DEADLINE }: { readonly clock: Clock; readonly deadlineMs?: number },
): SmsClient => {
  let current: Connection = UNTRIED
  return {
    async send(sms, signal) {
      const until = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)])
      const outcome = await attempt(gateway, sms, until)
      const at = clock.now()
      if (outcome.kind === 'later') {
        current = failed(current, { at, code: outcome.code, isAway: outcome.isAway })
      } else current = succeeded(current, at)
      return outcome
    },
    connection: () => current,
  }
}

const attempt = async (gateway: SmsGateway, sms: Sms, signal: AbortSignal): Promise<SmsOutcome> => {
  try {
    return await gateway.send(sms, signal)
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return { kind: 'later', code: error.code, isAway: true }
  }
}
