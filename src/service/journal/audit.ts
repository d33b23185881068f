import { type JsonObject, newId } from '../../model/index.ts'
import { type Executor, insertAudit } from '../../store/index.ts'
import type { Origin } from './origin.ts'

/** Something done or refused; `actor` is who did it, `subject` what it was done to. */
export interface AuditReport {
  readonly at: number
  readonly actor: string
  readonly action: string
  readonly outcome: 'done' | 'refused'
  readonly code?: string
  readonly subject?: string
  readonly detail?: JsonObject
  readonly origin: Origin | undefined
}

/** Writes one line that is never changed. It holds no secrets: no body, no challenge, no password. */
export const recordAudit = async (db: Executor, report: AuditReport): Promise<void> => {
  await insertAudit(db, {
    id: newId('audit', report.at),
    at: report.at,
    actor: report.actor,
    action: report.action,
    outcome: report.outcome,
    code: report.code ?? null,
    subject: report.subject ?? null,
    remoteAddress: report.origin?.remoteAddress ?? null,
    detail: report.detail ?? {},
  })
}
