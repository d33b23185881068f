import { ServiceError } from '../../errors.ts'
import type { InvitationId } from '../../model/index.ts'
import {
  cancelJobs,
  extendInvitation,
  findAccount,
  findInvitation,
  findInvitedEnrollment,
  holdInvitation,
  type Invitation,
  listInvitations,
  revokeInvitation,
  setInvitationDelivery,
  transact,
} from '../../store/index.ts'
import { type Actor, moveWithStep, recordAudit } from '../journal/index.ts'
import type { InvitationOptions } from './context.ts'
import {
  enqueueDelivery,
  enqueueExpiry,
  getIn,
  openEnrollment,
  requireChannel,
  requireReachable,
} from './create.ts'

/** Who does something with an invitation, and why. */
export interface Doing {
  readonly by: Actor
  readonly reason?: string | undefined
}

/** @throws ServiceError not_found `invitation_unknown` */
export const getInvitation = async (
  { db }: Pick<InvitationOptions, 'db'>,
  id: InvitationId,
): Promise<Invitation> => {
  const invitation = await findInvitation(db, id)
  if (invitation !== undefined) return invitation
  throw new ServiceError('not_found', 'invitation_unknown', 'there is no such invitation')
}

/**
 * Makes an invitation good for nothing; what was begun with it goes on.
 * @throws ServiceError not_found `invitation_unknown`
 */
export const revoke = async (
  options: InvitationOptions,
  id: InvitationId,
  { by, reason }: Doing,
): Promise<Invitation> => {
  const { db, clock, meter } = options
  await getInvitation(options, id)
  const at = clock.now()
  return await transact(db, async (tx) => {
    if (await revokeInvitation(tx, id, at)) {
      await cancelJobs(tx, [id], at)
      const waiting = await findInvitedEnrollment(tx, id)
      if (waiting !== undefined) {
        await moveWithStep({ tx, meter }, waiting, {
          ...{ event: 'withdraw', at, code: 'withdrawn', origin: by.origin },
          summary: 'The invitation was revoked.',
          changes: { code: 'invitation_revoked' },
        })
      }
      await recordAudit(tx, {
        ...{ at, actor: by.name, action: 'invitation.revoke', outcome: 'done', reason },
        ...{ subject: id, origin: by.origin },
        before: { revokedAt: null },
        after: { revokedAt: at },
      })
    }
    return await getIn(tx, id)
  })
}

/**
 * Sends an invitation again. One that has expired is good for as long again as it was; one that was used up, once more.
 * @throws ServiceError not_found `invitation_unknown`; conflict `invitation_revoked`, `invitation_done`,
 *   `account_disabled`, `mail_off`, `sms_off`; invalid `account_no_email`, `account_no_phone`
 */
export const resend = async (
  options: InvitationOptions,
  id: InvitationId,
  { by, reason }: Doing,
): Promise<Invitation> => {
  const { db, clock } = options
  await getInvitation(options, id)
  const at = clock.now()
  return await transact(db, async (tx) => {
    await holdInvitation(tx, id)
    const before = await getIn(tx, id)
    const account = await findAccount(tx, before.account.id)
    if (account === undefined) throw new Error('an invitation is for nobody')
    requireOpen(before, account.disabledAt)
    requireChannel(options, before.channel)
    requireReachable(options, account, before.channel)
    const life = before.expiresAt - before.createdAt
    const expiresAt = before.expiresAt > at ? before.expiresAt : at + life
    const usesAllowed = Math.max(before.usesAllowed, before.uses + 1)
    await extendInvitation(tx, id, { expiresAt, usesAllowed })
    if ((await findInvitedEnrollment(tx, id)) === undefined) {
      await openEnrollment(options, tx, { account, invitationId: id, at, expiresAt })
    }
    if (before.channel !== 'link') {
      await setInvitationDelivery(tx, id, { delivery: 'waiting', code: null })
    }
    await enqueueDelivery(options, tx, before)
    await enqueueExpiry(options, tx, { id, expiresAt })
    await recordAudit(tx, {
      ...{ at, actor: by.name, action: 'invitation.resend', outcome: 'done', reason },
      ...{ subject: id, origin: by.origin },
      before: { expiresAt: before.expiresAt, uses: before.usesAllowed },
      after: { expiresAt, uses: usesAllowed },
    })
    return await getIn(tx, id)
  })
}

const requireOpen = ({ doneAt, revokedAt }: Invitation, disabledAt: number | null): void => {
  if (revokedAt !== null) {
    throw new ServiceError('conflict', 'invitation_revoked', 'the invitation was revoked')
  }
  if (doneAt !== null) {
    const detail = 'a device was configured with this invitation: make a new one'
    throw new ServiceError('conflict', 'invitation_done', detail)
  }
  if (disabledAt !== null) {
    throw new ServiceError('conflict', 'account_disabled', 'the account is disabled')
  }
}

/** How many invitations were sent again, and how many could not. */
export interface Reminded {
  readonly resent: number
  readonly refused: number
}

const PAGE = 200

/** Sends all invitations again that are still good and with which nobody has begun; of a batch, where one is named. */
export const remind = async (
  options: InvitationOptions,
  { batch }: { readonly batch: string | undefined },
  doing: Doing,
): Promise<Reminded> => {
  const idleAt = options.clock.now()
  let [resent, refused] = [0, 0]
  for (let before: InvitationId | undefined; ; ) {
    const page = await listInvitations(options.db, { batch, idleAt, before, limit: PAGE })
    for (const { id, channel } of page) {
      if (channel === 'link') continue
      try {
        await resend(options, id, doing)
        resent++
      } catch (error) {
        if (!(error instanceof ServiceError) || error.kind === 'unavailable') throw error
        refused++
      }
    }
    before = page.at(-1)?.id
    if (page.length < PAGE) return { resent, refused }
  }
}
