import { ServiceError } from '../../errors.ts'
import {
  type InvitationChannel,
  type InvitationId,
  type Language,
  nameKey,
  newId,
  parseLanguage,
} from '../../model/index.ts'
import {
  type Account,
  attributeEnrollment,
  type Executor,
  findAccountByName,
  findInvitation,
  type Invitation,
  insertEnrollment,
  insertInvitation,
  listAccounts,
  transact,
} from '../../store/index.ts'
import { type Actor, recordAudit, recordStep } from '../journal/index.ts'
import {
  EXPIRY_JOB,
  hashOf,
  type InvitationOptions,
  MAIL_JOB,
  SMS_JOB,
  secretOf,
} from './context.ts'
import { parsePhoneNumber } from './message.ts'

/** What an invitation is to be. */
export interface InvitationWish {
  readonly channel: InvitationChannel
  /** Undefined: the attribute `language` of the account holder, else English. */
  readonly language?: Language | undefined
  readonly flow: string
  readonly days: number
  readonly uses: number
}

const DAY = 86_400_000

/**
 * Invites an account holder.
 * @throws ServiceError not_found `account_unknown`, `flow_unknown`; conflict `account_disabled`, `mail_off`, `sms_off`;
 *   invalid `account_no_email`, `account_no_phone`
 */
export const createInvitation = async (
  options: InvitationOptions,
  name: string,
  wish: InvitationWish,
  by: Actor,
): Promise<Invitation> => {
  await requirePossible(options, wish)
  return await invite(options, { name, wish, batch: null, by })
}

/** What became of one of many who were to be invited. */
export interface Invited {
  readonly name: string
  readonly invitation: Invitation | undefined
  readonly fault: { readonly code: string; readonly detail: string } | undefined
}

/** Who is to be invited: these, or the members of a group. */
export type Invitees =
  | { readonly names: readonly string[] }
  /** A group that a directory or provider tells, `ATTRIBUTE=VALUE`, or a word in the attribute `groups`. */
  | { readonly group: string }

/**
 * Invites many, each for themselves: what is wrong with one keeps nobody else out. Of a group, those are left out who are
 * disabled.
 * @throws ServiceError not_found `flow_unknown`, `group_empty`; conflict `mail_off`, `sms_off`
 */
export const createInvitations = async (
  options: InvitationOptions,
  invitees: Invitees,
  wish: InvitationWish,
  by: Actor,
): Promise<readonly Invited[]> => {
  await requirePossible(options, wish)
  const names = 'names' in invitees ? invitees.names : await membersOf(options, invitees.group)
  const batch = 'names' in invitees ? newId('invitation', options.clock.now()) : invitees.group
  const results: Invited[] = []
  for (const name of names) {
    try {
      const invitation = await invite(options, { name, wish, batch, by })
      results.push({ name, invitation, fault: undefined })
    } catch (error) {
      if (!(error instanceof ServiceError) || error.kind === 'unavailable') throw error
      const { code, detail } = error
      results.push({ name, invitation: undefined, fault: { code, detail } })
    }
  }
  return results
}

const requirePossible = async (
  { mail, sms, flows }: InvitationOptions,
  { channel, flow }: InvitationWish,
): Promise<void> => {
  await flows.open(flow)
  requireChannel({ mail, sms }, channel)
}

/** @throws ServiceError conflict `mail_off`, `sms_off` */
export const requireChannel = (
  { mail, sms }: Pick<InvitationOptions, 'mail' | 'sms'>,
  channel: InvitationChannel,
): void => {
  if (channel === 'mail' && mail === undefined) {
    throw new ServiceError('conflict', 'mail_off', 'no mail server is configured')
  }
  if (channel === 'sms' && sms === undefined) {
    throw new ServiceError('conflict', 'sms_off', 'no SMS gateway is configured')
  }
}

/** @throws ServiceError invalid `account_no_email`, `account_no_phone` */
export const requireReachable = (
  { sms }: Pick<InvitationOptions, 'sms'>,
  account: Pick<Account, 'email' | 'attributes'>,
  channel: InvitationChannel,
): void => {
  if (channel === 'mail' && account.email === null) {
    throw new ServiceError('invalid', 'account_no_email', 'the account has no e-mail address')
  }
  const attribute = sms?.attribute ?? ''
  if (channel === 'sms' && parsePhoneNumber(account.attributes[attribute] ?? '') === undefined) {
    const detail = `the attribute ${attribute} of the account is no phone number with its country`
    throw new ServiceError('invalid', 'account_no_phone', detail)
  }
}

const PAGE = 500

const membersOf = async ({ db }: InvitationOptions, group: string): Promise<readonly string[]> => {
  const cut = group.indexOf('=')
  const isMember = ({ attributes, groups }: Account): boolean =>
    groups.some((each) => nameKey(each) === nameKey(group)) ||
    (cut > 0
      ? attributes[group.slice(0, cut)] === group.slice(cut + 1)
      : (attributes['groups'] ?? '').split(/[,;\n]/).some((word) => word.trim() === group))
  const names: string[] = []
  for (let after: Account['id'] | undefined; ; ) {
    const page = await listAccounts(db, { limit: PAGE, after, disabled: false })
    names.push(...page.filter(isMember).map(({ name }) => name))
    after = page.at(-1)?.id
    if (page.length < PAGE) break
  }
  if (names.length > 0) return names
  throw new ServiceError('not_found', 'group_empty', 'nobody is in this group')
}

interface Order {
  readonly name: string
  readonly wish: InvitationWish
  readonly batch: string | null
  readonly by: Actor
}

const invite = async (options: InvitationOptions, order: Order): Promise<Invitation> => {
  const { db, clock } = options
  const { wish, batch, by } = order
  const account = await findAccountByName(db, order.name)
  if (account === undefined) {
    throw new ServiceError('not_found', 'account_unknown', 'there is no account of this name')
  }
  if (account.disabledAt !== null) {
    throw new ServiceError('conflict', 'account_disabled', 'the account is disabled')
  }
  requireReachable(options, account, wish.channel)
  const at = clock.now()
  const id = newId('invitation', at)
  const { channel, flow, uses } = wish
  const language = wish.language ?? parseLanguage(account.attributes['language'] ?? '') ?? 'en'
  const expiresAt = at + wish.days * DAY
  return await transact(db, async (tx) => {
    await insertInvitation(tx, {
      ...{ id, flow, batch, channel, language, expiresAt, createdAt: at, usesAllowed: uses },
      accountId: account.id,
      hash: hashOf(options, secretOf(options, id)),
      delivery: channel === 'link' ? 'none' : 'waiting',
    })
    await openEnrollment(options, tx, { account, invitationId: id, at, expiresAt })
    await enqueueDelivery(options, tx, { id, channel })
    await enqueueExpiry(options, tx, { id, expiresAt })
    await recordAudit(tx, {
      ...{ at, actor: by.name, action: 'invitation.create', outcome: 'done', origin: by.origin },
      subject: id,
      after: { account: account.id, channel, language, flow, uses, expiresAt, batch },
    })
    return await getIn(tx, id)
  })
}

/** The enrollment that stands for the invitation until somebody signs in with it. */
export const openEnrollment = async (
  { meter }: Pick<InvitationOptions, 'meter'>,
  tx: Executor,
  {
    account,
    invitationId,
    at,
    expiresAt,
  }: {
    readonly account: Pick<Account, 'id' | 'name'>
    readonly invitationId: InvitationId
    readonly at: number
    readonly expiresAt: number
  },
): Promise<void> => {
  const id = newId('enrollment', at)
  const nowhere = { remoteAddress: '', userAgent: null }
  const state = 'invited'
  // Which flow it is, is decided when they begin.
  const own = { id, state, accountId: account.id, flowId: null, createdAt: at, expiresAt } as const
  await insertEnrollment(tx, { ...own, ...nowhere })
  await attributeEnrollment(tx, id, { ...nowhere, invitationId, flowId: null })
  await recordStep({ tx, meter }, id, {
    ...{ at, code: 'invited', outcome: 'ok', state, origin: undefined },
    summary: `${account.name} was invited.`,
    detail: { invitation: invitationId, account: account.name },
  })
}

export const enqueueDelivery = async (
  { jobs }: Pick<InvitationOptions, 'jobs'>,
  tx: Executor,
  { id, channel }: Pick<Invitation, 'id' | 'channel'>,
): Promise<void> => {
  if (channel === 'link') return
  const kind = channel === 'mail' ? MAIL_JOB : SMS_JOB
  await jobs.enqueue(tx, { kind, key: id, subject: id, payload: {} })
}

export const enqueueExpiry = async (
  { jobs }: Pick<InvitationOptions, 'jobs'>,
  tx: Executor,
  { id, expiresAt }: Pick<Invitation, 'id' | 'expiresAt'>,
): Promise<void> => {
  await jobs.enqueue(tx, { kind: EXPIRY_JOB, key: id, subject: id, payload: {}, runAt: expiresAt })
}

/** The invitation, which is there. */
export const getIn = async (tx: Executor, id: InvitationId): Promise<Invitation> => {
  const invitation = await findInvitation(tx, id)
  if (invitation === undefined) throw new Error('an invitation is gone')
  return invitation
}
