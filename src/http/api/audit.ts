import { z } from 'zod'
import { AUDIT_ACTORS, type AuditLine } from '../../model/index.ts'
import type { AuditFilter, AuditMoment } from '../../service/audit/index.ts'
import { JSON_OBJECT, PERHAPS_TEXT, TEXT, TIME } from '../field.ts'
import { rfc3339 } from '../present.ts'
import { line, MOMENT, whole } from './input.ts'
import { created, ok, operation } from './operation.ts'
import { listQuery, pageOf, toPage } from './page.ts'

const KIND = z.enum(AUDIT_ACTORS).meta({ id: 'AuditActorKind' })

// docs/audit.md relies on the names of the members.
const LINE = z
  .strictObject({
    seq: z.int(),
    at: TIME,
    actor: z.strictObject({ kind: KIND, id: PERHAPS_TEXT }),
    action: TEXT,
    subject: PERHAPS_TEXT,
    outcome: TEXT,
    code: PERHAPS_TEXT,
    reason: PERHAPS_TEXT,
    before: JSON_OBJECT.nullable(),
    after: JSON_OBJECT.nullable(),
    detail: JSON_OBJECT,
    remoteAddress: PERHAPS_TEXT,
    requestId: PERHAPS_TEXT,
    previousHash: TEXT,
    hash: TEXT,
  })
  .meta({ id: 'AuditLine', description: 'What was done or refused, and its place in the chain.' })

const presentLine = (line: AuditLine): z.output<typeof LINE> => ({ ...line, at: rfc3339(line.at) })

const LINES = pageOf('AuditPage', LINE)

const EXPORT = z
  .strictObject({
    after: z.int().meta({ description: 'The line before the first one of the piece.' }),
    upTo: z.int().meta({ description: 'The last line of the piece.' }),
    checkpoint: z.strictObject({
      seq: z.int(),
      at: z.int().meta({ description: 'Milliseconds since 1970.' }),
      hash: TEXT,
      mac: TEXT,
    }),
  })
  .meta({ id: 'AuditExport', description: 'A piece of the chain, and a checkpoint of its end.' })

const VERDICT = z
  .strictObject({
    lines: z.int().meta({ description: 'How many lines were looked at.' }),
    checkpoints: z.int().meta({ description: 'How many checkpoints of them agree.' }),
    seq: z.int().meta({ description: 'The last line up to which all is good.' }),
    isComplete: z.boolean().meta({ description: 'False where there are lines behind it.' }),
    fault: z
      .strictObject({ seq: z.int(), kind: TEXT, detail: TEXT })
      .nullable()
      .meta({ description: 'What is wrong with the first line that is not good.' }),
  })
  .meta({ id: 'AuditVerdict' })

const LAST = Number.MAX_SAFE_INTEGER

const SEQ = whole({ least: 0, most: LAST })

/** A kind of actor, or else the id of one. */
const ACTOR = line(128).transform(
  (text): AuditFilter['actor'] => KIND.safeParse(text).data ?? { id: text },
)

const CURSOR = z
  .string()
  .regex(/^\d{1,15}-\d{1,15}$/)
  .transform((text): AuditMoment => {
    const [at = 0, last = 0] = text.split('-').map(Number)
    return { at, seq: last }
  })

const LINE_CURSOR = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)

const TIMES = { from: MOMENT.optional(), to: MOMENT.optional() }

/** What was done and refused, and whether anybody has changed that. */
export const auditOperations = [
  operation(
    {
      id: 'listAudit',
      method: 'GET',
      path: '/audit',
      summary: 'List audit lines, newest first',
      asks: listQuery(CURSOR, {
        actor: ACTOR.optional().meta({ description: 'A kind of actor, or the id of one.' }),
        action: line(256).optional().meta({ description: 'As `account.add`.' }),
        subject: line(256).optional().meta({ description: 'What it was done to.' }),
        ...TIMES,
      }),
      answers: ok(LINES),
    },
    async ({ audit }, { query: { limit, cursor, ...filter } }) => {
      const found = await audit.list({ ...filter, limit: limit + 1, before: cursor })
      return toPage(found, limit, {
        present: presentLine,
        cursorOf: ({ at, seq }) => `${at}-${seq}`,
      })
    },
  ),
  operation(
    {
      id: 'listAuditLines',
      method: 'GET',
      path: '/audit/lines',
      summary: 'List audit lines in the order of their chain',
      asks: listQuery(LINE_CURSOR, {
        after: SEQ.default(0).meta({ description: 'Only what comes behind this line.' }),
        upTo: SEQ.optional().meta({ description: 'The last line.' }),
      }),
      answers: ok(LINES),
    },
    async ({ audit }, { query: { limit, cursor, after, upTo = LAST } }) => {
      const found = await audit.lines({ after: cursor ?? after, upTo, limit: limit + 1 })
      return toPage(found, limit, { present: presentLine, cursorOf: ({ seq }) => String(seq) })
    },
  ),
  operation(
    {
      id: 'beginAuditExport',
      method: 'POST',
      path: '/audit/exports',
      summary: 'Keep a checkpoint, and say which lines it is the end of',
      asks: z.object({ body: z.strictObject(TIMES).meta({ id: 'AuditTimes' }).default({}) }),
      answers: created(EXPORT),
      problems: { 404: ['audit_empty'] },
    },
    async ({ audit }, { body }) => await audit.beginExport(body),
  ),
  operation(
    {
      id: 'verifyAudit',
      method: 'GET',
      path: '/audit/verify',
      summary: 'Follow the chain behind a line that is taken for good',
      asks: z.object({
        query: z.strictObject({
          after: SEQ.default(0),
          limit: whole({ least: 1, most: 1_000_000 }).default(100_000),
        }),
      }),
      answers: ok(VERDICT),
      problems: { 404: ['audit_line_unknown'] },
    },
    async ({ audit }, { query }) => {
      const { fault = null, ...verdict } = await audit.verify(query)
      return { ...verdict, fault }
    },
  ),
] as const
