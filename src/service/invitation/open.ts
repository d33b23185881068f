import { ServiceError } from '../../errors.ts'
import type { EnrollmentId } from '../../model/index.ts'
import {
  type Account,
  findAccount,
  findInvitationByHash,
  findInvitedEnrollment,
  type Invitation,
  noteInvitationOpened,
  spendInvitation,
  transact,
} from '../../store/index.ts'
import type { Admission } from '../enrollment/index.ts'
import { type Origin, recordAudit, recordStep } from '../journal/index.ts'
import { hashOf, type InvitationOptions } from './context.ts'

/**
 * The invitation of a link, if it can be used. Looking spends nothing. `isPerson`: what asks is no program that only
 * previews the link, so that it counts as opened.
 * @throws ServiceError not_found `invitation_unknown`; forbidden `invitation_revoked`, `invitation_expired`,
 *   `invitation_used`
 */
export const lookAt = async (
  options: InvitationOptions,
  secret: string,
  { origin, isPerson }: { readonly origin: Origin; readonly isPerson: boolean },
): Promise<Invitation> => {
  const { db, clock } = options
  const invitation = await findInvitationByHash(db, hashOf(options, secret))
  if (invitation === undefined) {
    throw new ServiceError('not_found', 'invitation_unknown', 'there is no such invitation')
  }
  requireUsable(invitation, clock.now())
  if (isPerson && invitation.openedAt === null) await noteOpened(options, invitation, origin)
  return invitation
}

const requireUsable = (invitation: Invitation, now: number): void => {
  const { revokedAt, expiresAt, uses, usesAllowed } = invitation
  if (revokedAt !== null) throw refusal('invitation_revoked', 'the invitation was revoked')
  if (expiresAt <= now) throw refusal('invitation_expired', 'the invitation has expired')
  if (uses >= usesAllowed) throw refusal('invitation_used', 'the invitation was used')
}

const refusal = (code: string, detail: string): ServiceError =>
  new ServiceError('forbidden', code, detail)

const noteOpened = async (
  { db, clock, meter }: InvitationOptions,
  { id }: Invitation,
  origin: Origin,
): Promise<void> => {
  const at = clock.now()
  await transact(db, async (tx) => {
    if (!(await noteInvitationOpened(tx, id, at))) return
    const waiting = await findInvitedEnrollment(tx, id)
    if (waiting === undefined) return
    await recordStep({ tx, meter }, waiting.id, {
      ...{ at, code: 'invitation_opened', outcome: 'ok', origin },
      summary: 'The link of the invitation was opened.',
      detail: { userAgent: origin.userAgent },
    })
  })
}

/**
 * Begins an enrollment of an account holder who has signed in with an invitation, and spends one use of it.
 * @throws ServiceError as `lookAt`, and forbidden `invitation_other_person`
 */
export const beginWith = async (
  options: InvitationOptions,
  { secret, account }: { readonly secret: string; readonly account: Account },
  origin: Origin,
): Promise<EnrollmentId> => {
  const { db, clock } = options
  const invitation = await lookAt(options, secret, { origin, isPerson: true })
  const { id } = invitation
  if (invitation.account.id !== account.id) {
    const code = 'invitation_other_person'
    await recordAudit(db, {
      ...{ at: clock.now(), actor: account.id, action: 'invitation.use', outcome: 'refused' },
      ...{ code, subject: id, origin },
    })
    throw refusal(code, 'the invitation is for somebody else')
  }
  const choices = await options.flows.open(invitation.flow)
  const admission: Admission = {
    invitationId: id,
    async admit(tx, at) {
      if (await spendInvitation(tx, id, at)) return await findInvitedEnrollment(tx, id)
      // Somebody was faster since it was looked at.
      throw refusal('invitation_used', 'the invitation was used')
    },
  }
  return await options.enrollment.begin(account, origin, { choices, admission })
}

/**
 * Begins where whoever has the link counts as signed in; undefined where they have to sign in.
 * @throws ServiceError as `lookAt`, and forbidden `account_disabled`
 */
export const beginByLink = async (
  options: InvitationOptions,
  secret: string,
  origin: Origin,
): Promise<EnrollmentId | undefined> => {
  const invitation = await lookAt(options, secret, { origin, isPerson: true })
  const { methods } = await options.flows.open(invitation.flow)
  if (!methods.includes('invitation')) return undefined
  const account = await findAccount(options.db, invitation.account.id)
  if (account === undefined || account.disabledAt !== null) {
    throw refusal('account_disabled', 'the account may not enroll devices')
  }
  return await beginWith(options, { secret, account }, origin)
}
