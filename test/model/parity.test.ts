import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Dialect, dialects } from '../dialect.ts'
import { NOW } from '../rows.ts'
import { runScript } from './parity.ts'
import { MODEL_ENV } from './phases.ts'
import { openStage } from './stage.ts'
import type { Exchange } from './transcript.ts'

const env = { ...MODEL_ENV, WINDFALL_PUBLIC_URL: 'https://windfall.example' }

const transcriptOn = async (dialect: Dialect): Promise<readonly Exchange[]> => {
  await using place = await dialect.create()
  const { location } = place
  await using stage = await openStage({ location, env, now: NOW })
  return await runScript(stage)
}

test('one script of honest and hostile requests is answered alike, word for word, on both databases [proof R20]', {
  skip: dialects.map(({ skip }) => skip).find((reason) => reason !== false) ?? false,
}, async () => {
  const transcripts: (readonly Exchange[])[] = []
  for (const dialect of dialects) transcripts.push(await transcriptOn(dialect))
  const [expected = [], ...others] = transcripts

  const statuses = new Set(expected.map(({ status }) => status))
  const seen = [200, 201, 303, 400, 401, 403, 404, 409, 413, 415, 421, 429]
  assert.deepEqual([...statuses].sort(), seen)
  for (const transcript of others) {
    for (const [index, exchange] of expected.entries()) {
      assert.deepEqual(transcript[index], exchange)
    }
    assert.equal(transcript.length, expected.length)
  }
})
