import { z } from 'zod'

/** What the tables show of an account holder. The API says more, and JSON output has all of it. */
export const ACCOUNT = z.object({
  id: z.string(),
  name: z.string(),
  fullName: z.string().nullable(),
  email: z.string().nullable(),
  createdAt: z.string(),
  disabledAt: z.string().nullable(),
})

/** What the tables show of an operator. */
export const OPERATOR = z.object({
  name: z.string(),
  role: z.string(),
  identity: z.object({ issuer: z.string(), subject: z.string() }).nullable(),
  createdAt: z.string(),
  signedInAt: z.string().nullable(),
  disabledAt: z.string().nullable(),
})

/** What the tables show of an API token. */
export const API_TOKEN = z.object({
  id: z.string(),
  name: z.string(),
  operator: z.string().nullable(),
  scopes: z.array(z.string()).nullable(),
  expiresAt: z.string().nullable(),
  usedAt: z.string().nullable(),
})

/** A token that was just made. */
export const MADE_TOKEN = API_TOKEN.extend({ secret: z.string() })

const STEP = z.object({
  id: z.string(),
  at: z.string(),
  sinceMs: z.number().nullable(),
  code: z.string(),
  outcome: z.enum(['ok', 'refused', 'failed']),
  summary: z.string(),
  detail: z.looseObject({ reason: z.string().optional() }),
})
export type Step = z.output<typeof STEP>

const DEVICE = z.object({
  udid: z.string(),
  serialNumber: z.string().nullable(),
  product: z.string().nullable(),
  build: z.string().nullable(),
})

export const ENROLLMENT_SUMMARY = z.object({
  id: z.string(),
  state: z.string(),
  code: z.string().nullable(),
  simulated: z.boolean(),
  account: z.object({ name: z.string() }),
  device: DEVICE.nullable(),
  weakAlgorithms: z.array(z.string()),
  createdAt: z.string(),
  updatedAt: z.string(),
})

export const ENROLLMENT = ENROLLMENT_SUMMARY.extend({
  certificate: z.object({ subject: z.string(), notAfter: z.string() }).nullable(),
  weakAlgorithmUses: z.record(z.string(), z.number()),
  steps: z.array(STEP),
})
export type Enrollment = z.output<typeof ENROLLMENT>

/** A step of any enrollment, as `/steps` has it. */
export const JOURNAL_STEP = STEP.extend({ enrollment: z.string() })
export type JournalStep = z.output<typeof JOURNAL_STEP>

export const AUDIT_LINE = z.object({
  seq: z.number(),
  at: z.string(),
  actor: z.object({ kind: z.string(), id: z.string().nullable() }),
  action: z.string(),
  outcome: z.string(),
  code: z.string().nullable(),
  subject: z.string().nullable(),
  reason: z.string().nullable(),
  remoteAddress: z.string().nullable(),
})

export const LINK = z.object({ url: z.string(), expiresAt: z.string() })

export const BACKUP = z.object({
  file: z.string(),
  takenAt: z.string(),
  tables: z.array(z.object({ table: z.string(), rows: z.number() })),
})

/** A list of such items. */
export const listOf = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item) })
