import type { Invitation } from '../api-client/index.ts'
import { formatMoment } from './format.ts'
import { formatTable } from './output.ts'

const moment = (time: string | null): string | null => time && formatMoment(time)

export const formatInvitations = (invitations: readonly Invitation[]): string =>
  formatTable(
    ['ID', 'ACCOUNT', 'STATE', 'BY', 'CREATED', 'EXPIRES', 'USES', 'PROBLEM'],
    invitations.map((invitation) => [
      ...[invitation.id, invitation.account.name, invitation.state, invitation.channel],
      ...[formatMoment(invitation.createdAt), formatMoment(invitation.expiresAt)],
      `${invitation.uses}/${invitation.usesAllowed}`,
      invitation.deliveryCode,
    ]),
  )

export const formatInvitation = (invitation: Invitation): string =>
  formatTable(
    ['INVITATION', invitation.id],
    [
      ['account', invitation.account.name],
      ['state', invitation.state],
      ['flow', invitation.flow],
      ['batch', invitation.batch],
      ['by', invitation.channel],
      ['language', invitation.language],
      ['uses', `${invitation.uses} of ${invitation.usesAllowed}`],
      ['problem', invitation.deliveryCode],
      ['created', moment(invitation.createdAt)],
      ['sent', moment(invitation.sentAt)],
      ['opened', moment(invitation.openedAt)],
      ['started', moment(invitation.startedAt)],
      ['done', moment(invitation.doneAt)],
      ['expires', moment(invitation.expiresAt)],
      ['revoked', moment(invitation.revokedAt)],
    ],
  )
