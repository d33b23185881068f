import assert from 'node:assert/strict'
import { testOnDialects } from '../../test/dialect.ts'
import { NOW } from '../../test/rows.ts'
import { newId } from '../model/index.ts'
import { insertAudit, listAudit } from './audit.ts'

testOnDialects('lists audit events newest first, page by page', async (db) => {
  const [first, second, third] = [0, 1, 2].map((i) => ({
    id: newId('audit', NOW + i),
    at: NOW + i,
    actor: '192.0.2.1',
    action: 'sign_in',
    outcome: 'refused',
    code: 'wrong_password',
    subject: null,
    remoteAddress: '192.0.2.1',
    detail: { attempt: i },
  }))
  assert.ok(first && second && third)
  for (const event of [first, second, third]) await insertAudit(db, event)

  assert.deepEqual(await listAudit(db, { limit: 2 }), [third, second])
  assert.deepEqual(await listAudit(db, { limit: 2, before: second.id }), [first])
})
