import type { AuditActor, JsonObject } from '../../model/index.ts'
import { type Executor, insertAudit } from '../../store/index.ts'
import type { Origin } from './origin.ts'

/** Who does something, and from where. */
export interface Author {
  /** A kind alone where nobody is known by name. */
  readonly actor: AuditActor['kind'] | AuditActor
  /** The author's own words on why. */
  readonly reason?: string | undefined
  readonly origin: Origin | undefined
}

/** Whoever may read the data directory. */
export const OWNER: Author = { actor: 'owner', origin: undefined }

/** Something done or refused; `subject` is what it was done to. */
export interface AuditReport extends Author {
  readonly at: number
  readonly action: string
  readonly outcome: 'done' | 'refused'
  readonly code?: string
  readonly subject?: string
  /** Only what changed: as it was, and as it is. Numbers are integers. */
  readonly before?: JsonObject
  readonly after?: JsonObject
  readonly detail?: JsonObject
}

/**
 * Appends one line to the chain; inside a transaction as the last thing it does. It holds no secrets: no body, no
 * challenge, no password.
 */
export const recordAudit = async (db: Executor, report: AuditReport): Promise<void> => {
  const { actor, origin } = report
  await insertAudit(db, {
    at: report.at,
    actor: typeof actor === 'string' ? { kind: actor, id: null } : actor,
    action: report.action,
    subject: report.subject ?? null,
    outcome: report.outcome,
    code: report.code ?? null,
    reason: report.reason ?? null,
    before: report.before ?? null,
    after: report.after ?? null,
    detail: report.detail ?? {},
    remoteAddress: origin?.remoteAddress ?? null,
    requestId: origin?.requestId ?? null,
  })
}
