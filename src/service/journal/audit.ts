import { auditActor, type JsonObject } from '../../model/index.ts'
import { type Executor, insertAudit } from '../../store/index.ts'
import type { Origin } from './origin.ts'

/** Something done or refused; `subject` is what it was done to. */
export interface AuditReport {
  readonly at: number
  /** Who did it: an id, whose prefix tells what it is of, or a kind of actor where nobody is known by name. */
  readonly actor: string
  readonly action: string
  readonly outcome: 'done' | 'refused'
  readonly code?: string
  readonly subject?: string
  /** The actor's own words on why. */
  readonly reason?: string | undefined
  /** Only what changed: as it was, and as it is. Numbers are integers. */
  readonly before?: JsonObject
  readonly after?: JsonObject
  readonly detail?: JsonObject
  readonly origin: Origin | undefined
}

/**
 * Appends one line to the chain; inside a transaction as the last thing it does. It holds no secrets: no body, no
 * challenge, no password.
 */
export const recordAudit = async (db: Executor, report: AuditReport): Promise<void> => {
  const { origin } = report
  await insertAudit(db, {
    at: report.at,
    actor: auditActor(report.actor),
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
