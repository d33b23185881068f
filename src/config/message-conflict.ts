import type { Conflict } from './conflict.ts'
import type { MailServer } from './message-value.ts'

/** What is looked at of mail and SMS. */
export interface MessageCombination {
  readonly mail?: {
    readonly url?: MailServer | undefined
    readonly from?: unknown
    readonly tls: string
    readonly password?: unknown
  }
  readonly sms?: {
    readonly gateway?: string | undefined
    readonly url?: unknown
    readonly accountSid?: unknown
    readonly from?: unknown
    readonly secret?: unknown
  }
}

export const messageConflicts = ({ mail, sms }: MessageCombination): readonly Conflict[] => [
  ...(mail === undefined ? [] : mailConflicts(mail)),
  ...(sms?.gateway === undefined ? [] : smsConflicts(sms.gateway, sms)),
]

const mailConflicts = ({
  url,
  tls,
  password,
}: NonNullable<MessageCombination['mail']>): readonly Conflict[] => {
  if (url === undefined) return []
  const hasName = url.user !== undefined
  const hasPassword = password !== undefined
  return [
    ...(hasName === hasPassword
      ? []
      : [
          {
            keys: ['mail.password', 'mail.url'],
            message: 'mail.password and the name in mail.url belong together: give both or neither',
          } as const,
        ]),
    ...(hasPassword && !url.isImplicit && tls !== 'required'
      ? [
          {
            keys: ['mail.tls', 'mail.password'],
            message: `mail.tls is ${tls}, so that mail.password could be read on the way: take required`,
          } as const,
        ]
      : []),
  ]
}

const NEEDS: Readonly<Record<string, readonly ('url' | 'accountSid' | 'from' | 'secret')[]>> = {
  http: ['url'],
  twilio: ['accountSid', 'from', 'secret'],
}

const smsConflicts = (
  gateway: string,
  sms: NonNullable<MessageCombination['sms']>,
): readonly Conflict[] =>
  (NEEDS[gateway] ?? [])
    .filter((key) => sms[key] === undefined)
    .map((key) => ({
      keys: [`sms.${key}`, 'sms.gateway'],
      message: `sms.gateway is ${gateway}, so that sms.${key} must be given`,
    }))
