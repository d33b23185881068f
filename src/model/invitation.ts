/** How an invitation reaches somebody. `link`: by whoever made it, who hands over the link, its QR code or a poster. */
export const INVITATION_CHANNELS = ['mail', 'sms', 'link'] as const
export type InvitationChannel = (typeof INVITATION_CHANNELS)[number]

/**
 * How far an invitation has come. `sent`: a mail server or SMS gateway took it, or there is nothing to send; `started`: an
 * enrollment was begun with it; `done`: one of them is configured.
 */
export const INVITATION_STATES = [
  'waiting',
  'unsent',
  'sent',
  'opened',
  'started',
  'done',
  'expired',
  'revoked',
] as const
export type InvitationState = (typeof INVITATION_STATES)[number]

/** What became of the message that was sent last. `none`: there is none to send. */
export type Delivery = 'none' | 'waiting' | 'sent' | 'failed'

/** What the state of an invitation is told from. Times in milliseconds since 1970. */
interface Course {
  readonly delivery: Delivery
  readonly openedAt: number | null
  readonly startedAt: number | null
  readonly doneAt: number | null
  readonly revokedAt: number | null
  readonly expiresAt: number
}

/** The last thing that happened to an invitation, as it looks at `now`. */
export const invitationState = (course: Course, now: number): InvitationState => {
  if (course.doneAt !== null) return 'done'
  if (course.revokedAt !== null) return 'revoked'
  if (course.expiresAt <= now) return 'expired'
  if (course.startedAt !== null) return 'started'
  if (course.openedAt !== null) return 'opened'
  switch (course.delivery) {
    case 'none':
    case 'sent':
      return 'sent'
    case 'waiting':
      return 'waiting'
    case 'failed':
      return 'unsent'
    default:
      return course.delivery satisfies never
  }
}
