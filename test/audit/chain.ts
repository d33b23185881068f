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
  const names =
    kind === 'sqlite'
      ? ['audit', 'audit_checkpoint'].flatMap((table) => [
          `${table}_no_update`,
          `${table}_no_delete`,
        ])
      : ['audit', 'audit_checkpoint'].map((table) => `${table}_append_only`)
  for (const name of ['audit_follows', ...names]) {
    const table = name.startsWith('audit_checkpoint') ? 'audit_checkpoint' : 'audit'
    const statement =
      kind === 'sqlite'
        ? sql`drop trigger ${sql.ref(name)}`
        : sql`drop trigger ${sql.ref(name)} on ${sql.table(table)}`
    await statement.execute(db)
  }
}
