import type { Connection } from '../../model/index.ts'

/** A mail to one person. Header values are of one line; whoever sends it refuses others. */
export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Without angle brackets; the same when the same message is sent again. */
  readonly messageId: string
}

/** A text message to one number. */
export interface Sms {
  /** E.164: `+` and digits. */
  readonly to: string
  readonly text: string
  /** Tells one message from another; the same when it is sent again. */
  readonly reference: string
}

/** What whoever passes messages on has said to one. */
export type Sent =
  | { readonly kind: 'sent' }
  /** It may take it later; `code` says why not this time. */
  | { readonly kind: 'later'; readonly code: string; readonly afterMs?: number | undefined }
  /** It never will. */
  | { readonly kind: 'refused'; readonly code: string }

/** Passes messages on. What it throws was no answer. */
interface Sender<Message> {
  send(message: Message, signal: AbortSignal): Promise<Sent>
  /** How it went the last time. */
  connection(): Connection
}

export type SendMail = Sender<Mail>
export type SendSms = Sender<Sms> & {
  /** The attribute of an account that holds the number. */
  readonly attribute: string
}

const MOST_DIGITS = 15
const LEAST_DIGITS = 7

/** A phone number as people write it, in E.164; undefined for what is none, or lacks the country. */
export const parsePhoneNumber = (text: string): string | undefined => {
  const digits = text.trim().replaceAll(/[\s()./-]/g, '')
  const international = digits.replace(/^00/, '+')
  const length = international.length - 1
  const isNumber = /^\+[1-9]\d+$/.test(international)
  return isNumber && length >= LEAST_DIGITS && length <= MOST_DIGITS ? international : undefined
}
