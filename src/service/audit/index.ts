import type { AuditId } from '../../model/index.ts'
import { type AuditEvent, type Db, listAudit } from '../../store/index.ts'

/** What was done and refused, for people to read. */
export interface AuditService {
  /** Newest first. */
  list(filter: {
    readonly limit: number
    readonly before: AuditId | undefined
  }): Promise<readonly AuditEvent[]>
}

export const createAuditService = (db: Db): AuditService => ({
  list: (filter) => listAudit(db, filter),
})
