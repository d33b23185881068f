import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findChallengeByHash } from '../../src/store/index.ts'
import { dialects } from '../dialect.ts'
import { NOW } from '../rows.ts'
import { openNodes, playHistories } from './histories.ts'
import { type Execute, useStore } from './use.ts'

const HISTORIES = 600

/** How a challenge must not be spent. */
const lookFirst: Execute = async (db, things, use) => {
  if (use.kind !== 'spend') return await useStore(db, things, use)
  const challenge = await findChallengeByHash(db, things.name)
  if (challenge?.spentAt !== null || use.isLate) return false
  await db
    .updateTable('challenge')
    .set({ spent_at: NOW, spent_by: use.key })
    .where('id', '=', challenge.id)
    .execute()
  return true
}

for (const dialect of dialects) {
  const on = dialect.name === 'sqlite' ? 'sqlite' : 'postgres, two nodes'

  test(`${HISTORIES} histories of challenges, links, sessions, moves and attempts, used by several clients at once, are histories of one at a time (${on}) [proof R18]`, {
    skip: dialect.skip,
  }, async () => {
    await using opened = await openNodes(dialect)
    const { nodes } = opened
    const { calls, overlapping } = await playHistories({ histories: HISTORIES, seed: 1, nodes })
    assert(calls > HISTORIES * 4 && overlapping > HISTORIES, `${calls}, ${overlapping}`)
  })

  test(`a store that looks first and writes afterwards is found out (${on}) [proof R18]`, {
    skip: dialect.skip,
  }, async () => {
    await using opened = await openNodes(dialect)
    const { nodes } = opened
    const histories = playHistories({ histories: 1000, seed: 1, nodes, execute: lookFirst })
    await assert.rejects(histories, /no order explains this history/)
  })
}
