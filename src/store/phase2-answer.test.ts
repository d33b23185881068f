import assert from 'node:assert/strict'
import { testOnDialects } from '../../test/dialect.ts'
import { givenEnrollment } from '../../test/rows.ts'
import { newId } from '../model/index.ts'
import { findPhase2Answer, insertPhase2Answer } from './phase2-answer.ts'

testOnDialects('keeps one answer for an enrollment, byte for byte', async (db) => {
  const id = await givenEnrollment(db)
  const answer = Uint8Array.from({ length: 6000 }, (_, index) => index & 255)
  await insertPhase2Answer(db, id, answer)
  assert.deepEqual(new Uint8Array((await findPhase2Answer(db, id)) ?? []), answer)
  await assert.rejects(insertPhase2Answer(db, id, answer))
})

testOnDialects('finds none where phase 2 was never answered', async (db) => {
  assert.equal(await findPhase2Answer(db, newId('enrollment', 0)), undefined)
})
