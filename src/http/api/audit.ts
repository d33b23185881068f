import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { AUDIT_ACTORS } from '../../model/index.ts'
import type { AuditFilter, AuditMoment, AuditService } from '../../service/audit/index.ts'
import { presentAuditLine } from '../present.ts'
import { LIMIT, parseBody, parseInput } from './input.ts'

/** What was done and refused, and whether anybody has changed that. */
export const auditRoutes = (
  server: FastifyInstance,
  { audit }: { readonly audit: AuditService },
): void => {
  server.get('/audit', async (request) => {
    const { limit, cursor, ...filter } = parseInput(LIST, request.query)
    const found = await audit.list({ ...filter, limit: limit + 1, before: cursor })
    const [lines, hasMore] = [found.slice(0, limit), found.length > limit]
    const last = lines.at(-1)
    const nextCursor = hasMore && last !== undefined ? `${last.at}-${last.seq}` : null
    return { data: lines.map(presentAuditLine), page: { hasMore, nextCursor } }
  })
  server.get('/audit/lines', async (request) => {
    const lines = await audit.lines(parseInput(LINES, request.query))
    return { data: lines.map(presentAuditLine) }
  })
  server.post('/audit/exports', async (request, reply) =>
    reply.code(201).send(await audit.beginExport(parseBody(EXPORT, request))),
  )
  server.get('/audit/verify', async (request) => {
    const { fault = null, ...verdict } = await audit.verify(parseInput(VERIFY, request.query))
    return { ...verdict, fault }
  })
}

const seq = z.coerce.number().int().min(0)

// RFC 3339, or a day, which begins at midnight UTC.
const time = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => Date.parse(text))

const KINDS = z.enum(AUDIT_ACTORS)

/** A kind of actor, or else the id of one. */
const actor = z
  .union([KINDS, z.string().max(128)])
  .transform((text): AuditFilter['actor'] => KINDS.safeParse(text).data ?? { id: text })

const cursor = z
  .string()
  .regex(/^\d{1,15}-\d{1,15}$/)
  .transform((text): AuditMoment => {
    const [at = 0, last = 0] = text.split('-').map(Number)
    return { at, seq: last }
  })

const text = z.string().max(256)

const LIST = z.strictObject({
  limit: LIMIT,
  cursor: cursor.optional(),
  actor: actor.optional(),
  action: text.optional(),
  subject: text.optional(),
  from: time.optional(),
  to: time.optional(),
})

const LINES = z.strictObject({
  limit: LIMIT,
  after: seq.default(0),
  upTo: seq.default(Number.MAX_SAFE_INTEGER),
})

const EXPORT = z.strictObject({ from: time.optional(), to: time.optional() })

const VERIFY = z.strictObject({
  after: seq.default(0),
  limit: z.coerce.number().int().min(1).max(1_000_000).default(100_000),
})
