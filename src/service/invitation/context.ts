import type { MasterKey } from '../../keys/index.ts'
import type { Clock, InvitationId } from '../../model/index.ts'
import type { Db } from '../../store/index.ts'
import type { EnrollmentService } from '../enrollment/index.ts'
import type { FlowBook } from '../flow/index.ts'
import type { JobQueue } from '../job/index.ts'
import type { Meter } from '../journal/index.ts'
import type { SendMail, SendSms } from './message.ts'

/** What inviting people needs. */
export interface InvitationOptions {
  readonly db: Db
  readonly masterKey: MasterKey
  readonly clock: Clock
  readonly meter: Meter
  readonly jobs: JobQueue
  readonly enrollment: Pick<EnrollmentService, 'begin'>
  readonly organization: string
  /** `https://host[:port]`: every link begins with it. */
  readonly publicUrl: string
  /** Undefined: no mail server is configured. */
  readonly mail: SendMail | undefined
  /** Undefined: no SMS gateway is configured. */
  readonly sms: SendSms | undefined
  /** What invitations lead into. */
  readonly flows: FlowBook
}

const SECRET_LENGTH = 16

/**
 * The secret in the link of an invitation: 128 bits under the master key, so that the link can be sent, shown and printed
 * again, and the database alone tells nobody.
 */
export const secretOf = (
  { masterKey }: Pick<InvitationOptions, 'masterKey'>,
  id: InvitationId,
): string =>
  Buffer.from(masterKey.mac('invitation secret', Buffer.from(id)))
    .subarray(0, SECRET_LENGTH)
    .toString('base64url')

/** What is stored and looked up in place of the secret. */
export const hashOf = (
  { masterKey }: Pick<InvitationOptions, 'masterKey'>,
  secret: string,
): string => Buffer.from(masterKey.mac('invitation', Buffer.from(secret))).toString('hex')

/** Where somebody begins who was invited. */
export const linkOf = (
  options: Pick<InvitationOptions, 'masterKey' | 'publicUrl'>,
  id: InvitationId,
): string => `${options.publicUrl}/i/${secretOf(options, id)}`

/** The kinds of jobs. */
export const MAIL_JOB = 'invitation.mail'
export const SMS_JOB = 'invitation.sms'
export const EXPIRY_JOB = 'invitation.expire'
