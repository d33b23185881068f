import { invitationState, parseId } from '../../model/index.ts'
import {
  type Account,
  type Executor,
  findAccount,
  findInvitation,
  findInvitedEnrollment,
  type Invitation,
  type Job,
  setInvitationDelivery,
} from '../../store/index.ts'
import type { JobHandler, JobResult } from '../job/index.ts'
import { recordStep } from '../journal/index.ts'
import { composeMail, composeSms } from './compose.ts'
import { type InvitationOptions, linkOf } from './context.ts'
import { parsePhoneNumber, type Sent } from './message.ts'

type Channel = 'mail' | 'sms'

/** Sends the message of one invitation. */
export const deliver =
  (options: InvitationOptions, channel: Channel): JobHandler =>
  async (job, signal) => {
    const found = await findAddressee(options, job)
    if (found === undefined) return { kind: 'done' }
    const sent = await send(options, { ...found, job, channel }, signal)
    options.meter.notified({ channel, result: RESULTS[sent.kind] })
    return toResult(options, { invitation: found.invitation, channel, sent })
  }

const RESULTS = { sent: 'sent', later: 'later', refused: 'failed' } as const

/** Undefined where nobody waits for the message any more. */
const findAddressee = async ({ db, clock }: InvitationOptions, { subject }: Job) => {
  const invitation = await findInvitationOf(db, subject)
  if (invitation === undefined) return undefined
  const state = invitationState(invitation, clock.now())
  if (state === 'revoked' || state === 'expired' || state === 'done') return undefined
  const account = await findAccount(db, invitation.account.id)
  return account && { invitation, account }
}

interface Delivery {
  readonly invitation: Invitation
  readonly account: Account
  readonly job: Job
  readonly channel: Channel
}

const send = async (
  options: InvitationOptions,
  { invitation, account, job, channel }: Delivery,
  signal: AbortSignal,
): Promise<Sent> => {
  const { organization, publicUrl, mail, sms } = options
  const content = { invitation, organization, link: linkOf(options, invitation.id) }
  // Asked for again, it is another message; tried again, the same.
  const reference = `${job.id}.${job.revision}`
  if (channel === 'mail') {
    if (mail === undefined) return { kind: 'refused', code: 'mail_off' }
    if (account.email === null) return { kind: 'refused', code: 'account_no_email' }
    const messageId = `${reference}@${new URL(publicUrl).hostname.replaceAll(/[[\]]/g, '')}`
    return await mail.send({ ...composeMail(content), to: account.email, messageId }, signal)
  }
  if (sms === undefined) return { kind: 'refused', code: 'sms_off' }
  const to = parsePhoneNumber(account.attributes[sms.attribute] ?? '')
  if (to === undefined) return { kind: 'refused', code: 'account_no_phone' }
  return await sms.send({ ...composeSms(content), to, reference }, signal)
}

interface Outcome {
  readonly invitation: Invitation
  readonly channel: Channel
  readonly sent: Sent
}

const toResult = (options: InvitationOptions, outcome: Outcome): JobResult => {
  const { sent } = outcome
  const record = (tx: Executor, { isOver }: { readonly isOver: boolean }): Promise<void> =>
    note(options, tx, { ...outcome, isOver })
  switch (sent.kind) {
    case 'sent':
      return { kind: 'done', record }
    case 'later':
      return { kind: 'retry', code: sent.code, afterMs: sent.afterMs ?? 0, record }
    case 'refused':
      return { kind: 'failed', code: sent.code, record }
    default:
      return sent satisfies never
  }
}

const note = async (
  { clock, meter }: InvitationOptions,
  tx: Executor,
  { invitation: { id }, channel, sent, isOver }: Outcome & { readonly isOver: boolean },
): Promise<void> => {
  const at = clock.now()
  const isSent = sent.kind === 'sent'
  const code = isSent ? null : sent.code
  const delivery = isSent ? 'sent' : isOver ? 'failed' : 'waiting'
  await setInvitationDelivery(tx, id, { delivery, code, ...(isSent && { sentAt: at }) })
  const waiting = await findInvitedEnrollment(tx, id)
  if (waiting === undefined || !isOver) return
  await recordStep({ tx, meter }, waiting.id, {
    at,
    ...(isSent
      ? {
          code: 'invitation_sent',
          outcome: 'ok',
          summary: `The invitation was sent by ${channel}.`,
        }
      : {
          ...{ code: 'invitation_failed', outcome: 'failed', reason: sent.code },
          summary: `The invitation could not be sent by ${channel}.`,
        }),
    detail: { channel },
    origin: undefined,
  })
}

const findInvitationOf = async (
  db: Executor,
  subject: string | null,
): Promise<Invitation | undefined> => {
  const id = subject === null ? undefined : parseId('invitation', subject)
  return id && (await findInvitation(db, id))
}
