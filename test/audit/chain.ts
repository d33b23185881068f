import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { MasterKey } from '../../src/keys/index.ts'
import { type AuditService, createAuditService } from '../../src/service/audit/index.ts'
import { type Db, insertAudit } from '../../src/store/index.ts'
import { createTestClock } from '../harness.ts'
import { anAuditEntry, NOW } from '../rows.ts'

export const createAudit = (db: Db, masterKey = new MasterKey(randomBytes(32))): AuditService =>
  createAuditService({ db, masterKey, clock: createTestClock(NOW) })

/** Appends lines that differ in everything. */
export const appendLines = async (db: Db, count: number): Promise<void> => {
  const entries = Array.from({ length: count }, (_, i) =>
    anAuditEntry({
      at: NOW + i * 1000,
      actor: { kind: i % 2 === 0 ? 'operator' : 'token', id: `opr_${i}` },
      action: `account.${i}`,
      subject: `acc_${i}`,
      code: `code_${i}`,
      reason: `Because of ${i}, Größe “${i}” 🍎`,
      before: { disabledAt: null, name: `b${i}` },
      after: { disabledAt: NOW + i, name: 'ä' },
      detail: { number: i },
      remoteAddress: `192.0.2.${i % 250}`,
      requestId: `req-${i}`,
    }),
  )
  await Promise.all(entries.map((entry) => insertAudit(db, entry)))
}

/** What whoever may change the schema does first. */
export const dropTriggers = async (db: Db, kind: 'sqlite' | 'postgres'): Promise<void> => {
  const triggers = [
    ['audit', 'audit_follows'],
    ['audit_start', 'audit_start_is_a_line'],
    ...['audit', 'audit_checkpoint', 'audit_start'].flatMap((table) => [
      [table, `${table}_${kind === 'sqlite' ? 'no_update' : 'append_only'}`] as const,
      [table, `${table}_no_delete`] as const,
    ]),
  ] as const
  for (const [table, name] of triggers) {
    const of = kind === 'sqlite' ? sql`` : sql` on ${sql.table(table)}`
    await sql`drop trigger ${sql.ref(name)}${of}`.execute(db)
  }
}
