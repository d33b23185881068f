import { type AccountId, FLOW_SPEC, type FlowId, type FlowSpec } from '../model/index.ts'
import type { Page } from './page.ts'
import { prepare } from './prepared.ts'
import type { Executor, Schema } from './schema.ts'

/** A named set of choices for enrollments. */
export interface Flow {
  readonly id: FlowId
  readonly name: string
  /** With `account` as it is called. */
  readonly spec: FlowSpec
  /** In whose name devices enroll where nobody signs in. */
  readonly accountId: AccountId | null
  /** Another number for each state that it was in. */
  readonly revision: number
  readonly createdAt: number
  readonly changedAt: number
  /** Null while devices may begin by it. */
  readonly removedAt: number | null
}

/** Violates the unique index `flow_name_key` when the name is taken. */
export const insertFlow = async (
  db: Executor,
  flow: Omit<Flow, 'removedAt' | 'revision' | 'changedAt'>,
): Promise<void> => {
  await db
    .insertInto('flow')
    .values({
      id: flow.id,
      name: flow.name,
      name_key: flow.name,
      spec: encodeSpec(flow.spec),
      account_id: flow.accountId,
      revision: 1,
      created_at: flow.createdAt,
      changed_at: flow.createdAt,
    })
    .execute()
}

// Who it is stands in a column of its own, so that the name is nowhere else.
const encodeSpec = ({ account: _, ...spec }: FlowSpec): string => JSON.stringify(spec)

/** One that was not removed. */
export const findFlowByName = async (db: Executor, name: string): Promise<Flow | undefined> => {
  // PostgreSQL refuses to look for what no text can hold.
  if (name.includes('\0')) return undefined
  const row = await selectFlow(db).where('flow.name_key', '=', name).executeTakeFirst()
  return row && toFlow(row)
}

/** In any state: enrollments go on by a flow that was removed. */
export const findFlow = async (db: Executor, id: FlowId): Promise<Flow | undefined> => {
  const row = await selectFlow(db).where('flow.id', '=', id).executeTakeFirst()
  return row && toFlow(row)
}

/** In which state a flow is now. */
export const findFlowRevision = async (db: Executor, id: FlowId): Promise<number | undefined> => {
  const {
    rows: [row],
  } = await selectRevision(db, { id })
  return row?.revision
}

const selectRevision = prepare((db, { id }: { readonly id: FlowId }) =>
  db.selectFrom('flow').select('revision').where('id', '=', id),
)

/** Those that were not removed, oldest first. */
export const listFlows = async (
  db: Executor,
  { limit, after }: Page<FlowId>,
): Promise<readonly Flow[]> => {
  let query = selectFlow(db).where('flow.removed_at', 'is', null)
  if (after !== undefined) query = query.where('flow.id', '>', after)
  const rows = await query.orderBy('flow.id').limit(limit).execute()
  return rows.map(toFlow)
}

/** All that there were, also those that were removed: devices still go by them. */
export const listFlowNames = async (
  db: Executor,
): Promise<readonly { readonly id: FlowId; readonly name: string }[]> =>
  await db.selectFrom('flow').select(['id', 'name']).orderBy('id').execute()

/** Until the transaction ends nobody else changes the flow. */
export const holdFlow = async (db: Executor, id: FlowId): Promise<void> => {
  await db
    .updateTable('flow')
    .set(({ ref }) => ({ name: ref('name') }))
    .where('id', '=', id)
    .execute()
}

export const changeFlow = async (
  db: Executor,
  { id, spec, accountId }: Pick<Flow, 'id' | 'spec' | 'accountId'>,
  at: number,
): Promise<void> => {
  await db
    .updateTable('flow')
    .set(({ eb, ref }) => ({
      spec: encodeSpec(spec),
      account_id: accountId,
      revision: eb(ref('revision'), '+', 1),
      changed_at: at,
    }))
    .where('id', '=', id)
    .execute()
}

/** Its name is free for another one from then on. */
export const removeFlow = async (db: Executor, id: FlowId, at: number): Promise<void> => {
  await db
    .updateTable('flow')
    .set(({ eb, ref }) => ({
      name_key: ref('id'),
      revision: eb(ref('revision'), '+', 1),
      removed_at: at,
    }))
    .where('id', '=', id)
    .execute()
}

const selectFlow = (db: Executor) =>
  db
    .selectFrom('flow')
    .leftJoin('account', 'account.id', 'flow.account_id')
    .select([
      'flow.id',
      'flow.name',
      'flow.spec',
      'flow.account_id',
      'flow.revision',
      'flow.created_at',
      'flow.changed_at',
      'flow.removed_at',
      'account.name as account_name',
    ])

// An earlier release did not know all of it, and a later one knows more.
const STORED = FLOW_SPEC.strip()

type Row = Omit<Schema['flow'], 'name_key'> & { readonly account_name: string | null }

const toFlow = (row: Row): Flow => ({
  id: row.id,
  name: row.name,
  spec: { ...STORED.parse(JSON.parse(row.spec)), account: row.account_name },
  accountId: row.account_id,
  revision: row.revision,
  createdAt: row.created_at,
  changedAt: row.changed_at,
  removedAt: row.removed_at,
})
