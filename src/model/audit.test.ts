import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AuditEntry,
  auditActor,
  EMPTY_CHAIN,
  encodeAuditEntry,
  hashAuditLink,
  toAsciiJson,
} from './audit.ts'

const ENTRY: AuditEntry = {
  at: Date.UTC(2026, 0, 1),
  actor: { kind: 'operator', id: 'opr_1' },
  action: 'account.disable',
  subject: 'acc_1',
  outcome: 'done',
  code: null,
  reason: 'Größe \u2028 \u007f "42" 🍎',
  before: { disabledAt: null },
  after: { disabledAt: Date.UTC(2026, 0, 1) },
  detail: {},
  remoteAddress: '192.0.2.1',
  requestId: null,
}

// Both computed with the script of docs/audit.md: nobody who keeps an export may find another encoding one day.
const CONTENT = String.raw`"2026-01-01T00:00:00.000Z",{"kind":"operator","id":"opr_1"},"account.disable","acc_1","done",null,"Gr\u00f6\u00dfe \u2028 \u007f \"42\" \ud83c\udf4e",{"disabledAt":null},{"disabledAt":1767225600000},{},"192.0.2.1",null`
const HASH = '223b3df38fa1d5ae294a5dfd7ebc93b7bc1cef3728b9539293a9d63cca4f88a9'

test('encodes and hashes a line as docs/audit.md says', () => {
  const content = encodeAuditEntry(ENTRY)
  assert.equal(content, CONTENT)
  assert.equal(hashAuditLink({ seq: 1, previousHash: EMPTY_CHAIN.hash, content }), HASH)
})

test('encodes a time that is none, as only a forger writes it', () => {
  assert.match(encodeAuditEntry({ ...ENTRY, at: 9e15 }), /^"9000000000000000",/)
})

test('writes JSON in printable ASCII', () => {
  assert.equal(
    toAsciiJson(['\ud800', '\0', '~', '\u0080']),
    String.raw`["\ud800","\u0000","~","\u0080"]`,
  )
})

test('tells by its name what an actor is', () => {
  assert.deepEqual(auditActor('stranger'), { kind: 'stranger', id: null })
  assert.deepEqual(auditActor('tok_1'), { kind: 'token', id: 'tok_1' })
  assert.throws(() => auditActor('somebody'))
})
