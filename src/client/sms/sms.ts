import type { Connection } from '../../model/index.ts'

/** A text message. */
export interface Sms {
  /** E.164. */
  readonly to: string
  readonly text: string
  /** The same when the message is sent again. */
  readonly reference: string
}

/** What a gateway has said to a message; `later` and `refused` with a stable code. */
export type SmsOutcome =
  | { readonly kind: 'sent' }
  /** `isAway`: there was no answer at all. `afterMs`: when the gateway asks us back. */
  | {
      readonly kind: 'later'
      readonly code: string
      readonly isAway: boolean
      readonly afterMs?: number | undefined
    }
  | { readonly kind: 'refused'; readonly code: string }

/** Whoever passes text messages on to phones. */
export interface SmsGateway {
  /** @throws ServiceError unavailable `outbound_…` */
  send(sms: Sms, signal: AbortSignal): Promise<SmsOutcome>
}

export interface SmsClient extends SmsGateway {
  /** How it went with the gateway the last time. */
  connection(): Connection
}

/** Answers that say the same at every gateway; undefined for those that are the gateway's own. */
export const commonOutcome = (response: Response): SmsOutcome | undefined => {
  const { status, headers } = response
  if (status === 429 || status >= 500) {
    const seconds = headers.get('retry-after') ?? ''
    const afterMs = /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined
    return { kind: 'later', code: 'sms_deferred', isAway: false, afterMs }
  }
  // The same for every message: somebody has to mend the configuration.
  if (status === 401 || status === 403) {
    return { kind: 'later', code: 'sms_sign_in', isAway: false }
  }
  return undefined
}
