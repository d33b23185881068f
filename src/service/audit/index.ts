import type { AuditId, Clock } from '../../model/index.ts'
import { type AuditEvent, type Db, listAudit, transact } from '../../store/index.ts'
import { type Origin, recordAudit } from '../journal/index.ts'

/** What was done and refused, for people to read. */
export interface AuditService {
  /** Newest first. */
  list(filter: {
    readonly limit: number
    readonly before: AuditId | undefined
  }): Promise<readonly AuditEvent[]>
  /** Writes down a request that was refused before any service saw it: malformed, oversized, without a token. */
  refused(action: string, code: string, origin: Origin): Promise<void>
}

export const createAuditService = ({
  db,
  clock,
}: {
  readonly db: Db
  readonly clock: Clock
}): AuditService => ({
  list: (filter) => listAudit(db, filter),
  refused: (action, code, origin) =>
    transact(db, (tx) =>
      recordAudit(tx, {
        at: clock.now(),
        actor: 'stranger',
        action,
        outcome: 'refused',
        code,
        origin,
      }),
    ),
})
