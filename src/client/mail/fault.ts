import { z } from 'zod'

/** Why a message was not taken. */
export type MailFault =
  /** `isAway`: there was no answer at all. */
  | { readonly kind: 'later'; readonly code: string; readonly isAway: boolean }
  | { readonly kind: 'refused'; readonly code: string }

/** What the library says of an error: its code, the server's answer and the command that it was to. */
const SMTP_ERROR = z.object({
  code: z.string().optional(),
  /** What the system, or TLS, called it. */
  originalCode: z.string().optional(),
  responseCode: z.number().optional(),
  command: z.string().optional(),
})

/** What an error of the SMTP library means for the message. RFC 5321 §4.2.1: 4yz is for now, 5yz for good. */
export const toFault = (error: unknown): MailFault => {
  const { data } = SMTP_ERROR.safeParse(error)
  const { code = '', originalCode = '', responseCode = 0, command = '' } = data ?? {}
  const answered = { kind: 'later', isAway: false } as const
  // The sign-in and TLS are the same for every message: somebody has to mend the configuration.
  if (code === 'EAUTH') return { ...answered, code: 'mail_sign_in' }
  if (code === 'ETLS' || OF_TLS.test(originalCode)) return { ...answered, code: 'mail_tls' }
  if (responseCode >= 500) {
    const refusal = REFUSALS.get(command)
    return refusal === undefined
      ? { ...answered, code: 'mail_refused' }
      : { kind: 'refused', code: refusal }
  }
  if (responseCode >= 400) return { ...answered, code: 'mail_deferred' }
  if (code === 'EPROTOCOL') return { ...answered, code: 'mail_protocol' }
  return { kind: 'later', code: 'mail_unreachable', isAway: true }
}

const OF_TLS = /^(?:UNABLE_TO_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_|ERR_TLS_|ERR_SSL_|EPROTO)/

/** What a 5yz says, by the command that it answers. */
const REFUSALS: ReadonlyMap<string, string> = new Map([
  ['MAIL FROM', 'mail_sender_refused'],
  ['RCPT TO', 'mail_recipient_refused'],
  ['DATA', 'mail_message_refused'],
])
