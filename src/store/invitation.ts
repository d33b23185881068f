import {
  type AccountId,
  CLOCK_SKEW,
  type Delivery,
  type InvitationChannel,
  type InvitationId,
  type Language,
} from '../model/index.ts'
import type { Executor, Schema } from './schema.ts'

/** Somebody was asked to enroll a device. Times in milliseconds since 1970. */
export interface Invitation {
  readonly id: InvitationId
  /** Who was invited. */
  readonly account: {
    readonly id: AccountId
    readonly name: string
    readonly fullName: string | null
  }
  /** The name of the flow that it leads into. */
  readonly flow: string
  /** Shared by all that were made at once for a group or a list. */
  readonly batch: string | null
  readonly channel: InvitationChannel
  readonly language: Language
  /** How many enrollments may be begun with it. */
  readonly usesAllowed: number
  readonly uses: number
  readonly createdAt: number
  readonly expiresAt: number
  readonly revokedAt: number | null
  readonly delivery: Delivery
  /** Why the last try to send it did not succeed. */
  readonly deliveryCode: string | null
  readonly sentAt: number | null
  readonly openedAt: number | null
  readonly startedAt: number | null
  readonly doneAt: number | null
}

export interface NewInvitation
  extends Pick<
    Invitation,
    | 'id'
    | 'flow'
    | 'batch'
    | 'channel'
    | 'language'
    | 'usesAllowed'
    | 'createdAt'
    | 'expiresAt'
    | 'delivery'
  > {
  readonly accountId: AccountId
  /** Of the secret in its link. */
  readonly hash: string
}

export const insertInvitation = async (db: Executor, invitation: NewInvitation): Promise<void> => {
  await db
    .insertInto('invitation')
    .values({
      id: invitation.id,
      account_id: invitation.accountId,
      flow: invitation.flow,
      batch: invitation.batch,
      hash: invitation.hash,
      channel: invitation.channel,
      language: invitation.language,
      uses_allowed: invitation.usesAllowed,
      uses: 0,
      created_at: invitation.createdAt,
      expires_at: invitation.expiresAt,
      delivery: invitation.delivery,
    })
    .execute()
}

export const findInvitation = async (
  db: Executor,
  id: InvitationId,
): Promise<Invitation | undefined> => {
  const row = await selectInvitations(db).where('invitation.id', '=', id).executeTakeFirst()
  return row && toInvitation(row)
}

/** The invitation in any state: used up, expired and revoked ones too. */
export const findInvitationByHash = async (
  db: Executor,
  hash: string,
): Promise<Invitation | undefined> => {
  const row = await selectInvitations(db).where('invitation.hash', '=', hash).executeTakeFirst()
  return row && toInvitation(row)
}

export interface InvitationFilter {
  readonly accountId?: AccountId | undefined
  readonly batch?: string | undefined
  /** Only those that can still be used at that time and with which nothing was begun. */
  readonly idleAt?: number | undefined
  /** Only those created before this one. */
  readonly before?: InvitationId | undefined
  readonly limit: number
}

/** Newest first. */
export const listInvitations = async (
  db: Executor,
  { accountId, batch, idleAt, before, limit }: InvitationFilter,
): Promise<readonly Invitation[]> => {
  let query = selectInvitations(db)
  if (accountId !== undefined) query = query.where('account_id', '=', accountId)
  if (batch !== undefined) query = query.where('batch', '=', batch)
  if (before !== undefined) query = query.where('invitation.id', '<', before)
  if (idleAt !== undefined) {
    query = query
      .where('started_at', 'is', null)
      .where('revoked_at', 'is', null)
      .where('invitation.expires_at', '>', idleAt)
  }
  const rows = await query.orderBy('invitation.id', 'desc').limit(limit).execute()
  return rows.map(toInvitation)
}

/**
 * Spends one use of an invitation that is good at `now`. False where it is not: revoked, expired or used up. Of many at
 * once as many succeed as there are uses left.
 */
export const spendInvitation = async (
  db: Executor,
  id: InvitationId,
  now: number,
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('invitation')
    .set(({ eb, fn, ref, val }) => ({
      uses: eb('uses', '+', 1),
      opened_at: fn.coalesce(ref('opened_at'), val(now)),
      started_at: fn.coalesce(ref('started_at'), val(now)),
    }))
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .where('created_at', '<=', now + CLOCK_SKEW)
    .where('expires_at', '>', now)
    .whereRef('uses', '<', 'uses_allowed')
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Notes that the link was opened; returns whether that was the first time. */
export const noteInvitationOpened = async (
  db: Executor,
  id: InvitationId,
  at: number,
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('invitation')
    .set({ opened_at: at })
    .where('id', '=', id)
    .where('opened_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Notes that a device of somebody who was invited has got its configuration. */
export const noteInvitationDone = async (
  db: Executor,
  id: InvitationId,
  at: number,
): Promise<void> => {
  await db
    .updateTable('invitation')
    .set({ done_at: at })
    .where('id', '=', id)
    .where('done_at', 'is', null)
    .execute()
}

interface Delivered {
  readonly delivery: Delivery
  readonly code: string | null
  /** When it was sent, where it was. */
  readonly sentAt?: number
}

/** Notes what became of its message. */
export const setInvitationDelivery = async (
  db: Executor,
  id: InvitationId,
  { delivery, code, sentAt }: Delivered,
): Promise<void> => {
  await db
    .updateTable('invitation')
    .set({ delivery, delivery_code: code, ...(sentAt !== undefined && { sent_at: sentAt }) })
    .where('id', '=', id)
    .execute()
}

/** Returns false if the invitation had been revoked before. */
export const revokeInvitation = async (
  db: Executor,
  id: InvitationId,
  at: number,
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('invitation')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Lets an invitation be used until later, and so often. */
export const extendInvitation = async (
  db: Executor,
  id: InvitationId,
  { expiresAt, usesAllowed }: Pick<Invitation, 'expiresAt' | 'usesAllowed'>,
): Promise<void> => {
  await db
    .updateTable('invitation')
    .set({ expires_at: expiresAt, uses_allowed: usesAllowed })
    .where('id', '=', id)
    .execute()
}

/** Until the transaction ends nobody else changes or spends the invitation. */
export const holdInvitation = async (db: Executor, id: InvitationId): Promise<void> => {
  await db
    .updateTable('invitation')
    .set(({ ref }) => ({ uses: ref('uses') }))
    .where('id', '=', id)
    .execute()
}

/** The ids of all invitations of an account holder, oldest first. */
export const listInvitationIdsOf = async (
  db: Executor,
  accountId: AccountId,
): Promise<readonly InvitationId[]> => {
  const rows = await db
    .selectFrom('invitation')
    .select('id')
    .where('account_id', '=', accountId)
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

const COLUMNS = [
  'invitation.id',
  'invitation.flow',
  'invitation.batch',
  'invitation.channel',
  'invitation.language',
  'invitation.uses_allowed',
  'invitation.uses',
  'invitation.created_at',
  'invitation.expires_at',
  'invitation.revoked_at',
  'invitation.delivery',
  'invitation.delivery_code',
  'invitation.sent_at',
  'invitation.opened_at',
  'invitation.started_at',
  'invitation.done_at',
] as const

const selectInvitations = (db: Executor) =>
  db
    .selectFrom('invitation')
    .innerJoin('account', 'account.id', 'invitation.account_id')
    .select(COLUMNS)
    .select(['account.id as account_id', 'account.name as name', 'account.full_name as full_name'])

type Row = Omit<Schema['invitation'], 'hash'> & {
  readonly name: string
  readonly full_name: string | null
}

const toInvitation = (row: Row): Invitation => ({
  id: row.id,
  account: { id: row.account_id, name: row.name, fullName: row.full_name },
  flow: row.flow,
  batch: row.batch,
  channel: row.channel,
  language: row.language,
  usesAllowed: row.uses_allowed,
  uses: row.uses,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  delivery: row.delivery,
  deliveryCode: row.delivery_code,
  sentAt: row.sent_at,
  openedAt: row.opened_at,
  startedAt: row.started_at,
  doneAt: row.done_at,
})
