import {
  type EnrollmentId,
  type InvitationId,
  type InvitationState,
  invitationState,
} from '../../model/index.ts'
import {
  type Account,
  type Invitation,
  type InvitationFilter,
  listInvitations,
} from '../../store/index.ts'
import type { JobHandler } from '../job/index.ts'
import type { Actor, Origin } from '../journal/index.ts'
import { type Doing, getInvitation, type Reminded, remind, resend, revoke } from './change.ts'
import { EXPIRY_JOB, type InvitationOptions, linkOf, MAIL_JOB, SMS_JOB } from './context.ts'
import {
  createInvitation,
  createInvitations,
  type InvitationWish,
  type Invited,
  type Invitees,
} from './create.ts'
import { deliver } from './deliver.ts'
import { expire } from './expire.ts'
import { beginByLink, beginWith, lookAt } from './open.ts'

export { parsePhoneNumber } from './message.ts'
export { openSenders } from './open-senders.ts'
export {
  directionOf,
  fill,
  formatDay,
  invitationTexts,
} from './text/index.ts'

/** An invitation, and how far it has come. */
interface InvitationRecord extends Invitation {
  readonly state: InvitationState
}

interface InvitationQuery extends Omit<InvitationFilter, 'idleAt'> {
  /** Only those that are still good and with which nobody has begun. */
  readonly idle: boolean
}

interface InvitedRecord extends Invited {
  readonly invitation: InvitationRecord | undefined
}

/** Asking account holders to enroll a device, and what becomes of it. */
export interface InvitationService {
  /** @throws ServiceError as `createInvitation` */
  create(name: string, wish: InvitationWish, by: Actor): Promise<InvitationRecord>
  /** @throws ServiceError as `createInvitations` */
  createMany(invitees: Invitees, wish: InvitationWish, by: Actor): Promise<readonly InvitedRecord[]>
  /** @throws ServiceError not_found `invitation_unknown` */
  get(id: InvitationId): Promise<InvitationRecord>
  /** Newest first. */
  list(filter: InvitationQuery): Promise<readonly InvitationRecord[]>
  /** Where whoever was invited begins: its last part is a secret. */
  linkOf(id: InvitationId): string
  /** @throws ServiceError as `revoke` */
  revoke(id: InvitationId, doing: Doing): Promise<InvitationRecord>
  /** @throws ServiceError as `resend` */
  resend(id: InvitationId, doing: Doing): Promise<InvitationRecord>
  /** Sends those again with which nobody has begun. */
  remind(which: { readonly batch: string | undefined }, doing: Doing): Promise<Reminded>
  /** @throws ServiceError as `lookAt` */
  lookAt(
    secret: string,
    by: { readonly origin: Origin; readonly isPerson: boolean },
  ): Promise<InvitationRecord>
  /** @throws ServiceError as `beginWith` */
  beginWith(secret: string, account: Account, origin: Origin): Promise<EnrollmentId>
  /** @throws ServiceError as `beginByLink` */
  beginByLink(secret: string, origin: Origin): Promise<EnrollmentId | undefined>
}

export const createInvitationService = (options: InvitationOptions): InvitationService => {
  const tell = (invitation: Invitation): InvitationRecord => ({
    ...invitation,
    state: invitationState(invitation, options.clock.now()),
  })
  return {
    create: async (name, wish, by) => tell(await createInvitation(options, name, wish, by)),
    async createMany(invitees, wish, by) {
      const results = await createInvitations(options, invitees, wish, by)
      return results.map((each) => ({
        ...each,
        invitation: each.invitation && tell(each.invitation),
      }))
    },
    get: async (id) => tell(await getInvitation(options, id)),
    async list({ idle, ...filter }) {
      const idleAt = idle ? options.clock.now() : undefined
      return (await listInvitations(options.db, { ...filter, idleAt })).map(tell)
    },
    linkOf: (id) => linkOf(options, id),
    revoke: async (id, doing) => tell(await revoke(options, id, doing)),
    resend: async (id, doing) => tell(await resend(options, id, doing)),
    remind: (which, doing) => remind(options, which, doing),
    lookAt: async (secret, by) => tell(await lookAt(options, secret, by)),
    beginWith: (secret, account, origin) => beginWith(options, { secret, account }, origin),
    beginByLink: (secret, origin) => beginByLink(options, secret, origin),
  }
}

/** Who does the jobs of invitations, by their kind. */
export const invitationHandlers = (options: InvitationOptions): ReadonlyMap<string, JobHandler> =>
  new Map([
    [MAIL_JOB, deliver(options, 'mail')],
    [SMS_JOB, deliver(options, 'sms')],
    [EXPIRY_JOB, expire(options)],
  ])
