import assert from 'node:assert/strict'
import type { Entry } from './entry.ts'
import { rowsOf, type Scene, stateOf } from './scene.ts'

const AT_ONCE = 128

/** Sends all of the messages: every one is refused and written down, and nothing changes. */
export const refuseAll = async (
  scene: Scene,
  { name, send }: Pick<Entry, 'name' | 'send'>,
  messages: readonly Uint8Array[],
): Promise<ReadonlySet<unknown>> => {
  const before = await stateOf(scene)
  const audited = (await rowsOf(scene.db, 'audit')).length
  for (let from = 0; from < messages.length; from += AT_ONCE) {
    const answers = await Promise.all(messages.slice(from, from + AT_ONCE).map(send))
    for (const [index, { status, body }] of answers.entries()) {
      const text = `${name}, message ${from + index}: ${status} ${body.toString('latin1', 0, 99)}`
      assert(status === 400 || status === (name === 'SCEP' ? 200 : 403), text)
    }
  }
  assert.deepEqual(await stateOf(scene), before)
  const lines = (await rowsOf(scene.db, 'audit')).slice(audited)
  assert.equal(lines.length, messages.length)
  assert(lines.every((line) => line['outcome'] === 'refused'))
  return new Set(lines.map((line) => line['code']))
}
