import {
  type AuditActor,
  type AuditLine,
  type AuditLink,
  encodeAuditEntry,
  toAsciiJson,
} from '../model/index.ts'
import type { Db, Executor, Schema } from './schema.ts'

export interface AuditFilter {
  /** A kind of actor, or the id of one. */
  readonly actor?: AuditActor['kind'] | { readonly id: string } | undefined
  readonly action?: string | undefined
  readonly subject?: string | undefined
  /** From this time on. */
  readonly from?: number | undefined
  /** Before this time. */
  readonly to?: number | undefined
}

/** A line's place in a list by time: the clocks of several servers may differ from the order of the chain. */
export type AuditMoment = Pick<AuditLine, 'at' | 'seq'>

/** Newest first, those before the line `before`. */
export const listAudit = async (
  db: Executor,
  {
    limit,
    before,
    ...filter
  }: AuditFilter & { readonly limit: number; readonly before?: AuditMoment | undefined },
): Promise<readonly AuditLine[]> => {
  const { actor, action, subject, from, to } = filter
  let query = db.selectFrom('audit').select(COLUMNS)
  if (typeof actor === 'string') query = query.where('actor_kind', '=', actor)
  else if (actor !== undefined) query = query.where('actor_id', '=', actor.id)
  if (action !== undefined) query = query.where('action', '=', action)
  if (subject !== undefined) query = query.where('subject', '=', subject)
  if (from !== undefined) query = query.where('at', '>=', from)
  if (to !== undefined) query = query.where('at', '<', to)
  if (before !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('at', 'seq'), '<', tuple(before.at, before.seq)),
    )
  }
  const rows = await query.orderBy('at', 'desc').orderBy('seq', 'desc').limit(limit).execute()
  return rows.map(toLine)
}

/** In the order of the chain, those after the line `after` up to the line `upTo`. */
export const listAuditLines = async (
  db: Executor,
  range: AuditRange & { readonly limit: number },
): Promise<readonly AuditLine[]> => (await rowsIn(db, range)).map(toLine)

/** As `listAuditLines`, for who follows the chain. */
export const listAuditLinks = async (
  db: Executor,
  range: AuditRange & { readonly limit: number },
): Promise<readonly AuditLink[]> => (await rowsIn(db, range)).map(toLink)

export interface AuditRange {
  readonly after: number
  readonly upTo: number
}

const rowsIn = async (
  db: Executor,
  { after, upTo, limit }: AuditRange & { readonly limit: number },
): Promise<readonly Schema['audit'][]> =>
  await db
    .selectFrom('audit')
    .select(COLUMNS)
    .where('seq', '>', after)
    .where('seq', '<=', upTo)
    .orderBy('seq')
    .limit(limit)
    .execute()

/** The piece of the chain with everything from `from` on and before `to`; undefined where nothing is. */
export const findAuditRange = async (
  db: Db,
  { from, to }: Pick<AuditFilter, 'from' | 'to'>,
): Promise<AuditRange | undefined> => {
  let query = db
    .selectFrom('audit')
    .select(({ fn }) => [fn.min('seq').as('first'), fn.max('seq').as('last')])
  if (from !== undefined) query = query.where('at', '>=', from)
  if (to !== undefined) query = query.where('at', '<', to)
  const { first, last } = await query.executeTakeFirstOrThrow()
  return first === null || last === null ? undefined : { after: first - 1, upTo: last }
}

const COLUMNS = [
  'seq',
  'at',
  'actor_kind',
  'actor_id',
  'action',
  'subject',
  'outcome',
  'code',
  'reason',
  'before',
  'after',
  'detail',
  'remote_address',
  'request_id',
  'previous_hash',
  'hash',
] as const satisfies readonly (keyof Schema['audit'])[]

const toLine = (row: Schema['audit']): AuditLine => ({
  seq: row.seq,
  at: row.at,
  actor: { kind: row.actor_kind, id: row.actor_id },
  action: row.action,
  subject: row.subject,
  outcome: row.outcome,
  code: row.code,
  reason: row.reason,
  before: JSON.parse(row.before),
  after: JSON.parse(row.after),
  detail: JSON.parse(row.detail),
  remoteAddress: row.remote_address,
  requestId: row.request_id,
  previousHash: row.previous_hash,
  hash: row.hash,
})

const toLink = (row: Schema['audit']): AuditLink => ({
  seq: row.seq,
  previousHash: row.previous_hash,
  hash: row.hash,
  content: isAsWritten(row) ? encodeAuditEntry(toLine(row)) : '',
})

/** Whether the columns of JSON hold what we write, letter by letter: not the same in other words, and no nonsense. */
const isAsWritten = ({ before, after, detail }: Schema['audit']): boolean =>
  [before, after, detail].every((text) => text === '{}' || text === 'null' || isOurJson(text))

const isOurJson = (text: string): boolean => {
  try {
    return toAsciiJson(JSON.parse(text)) === text
  } catch {
    return false
  }
}
