import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { ProtocolError } from '../../src/errors.ts'
import { createRandom } from '../mutate.ts'
import { runCampaign } from './campaign.ts'
import { readCorpus } from './corpus.ts'
import { explore } from './explore.ts'
import { attempt, codecTarget, type Shape, type Target } from './target.ts'
import { openTarget, TARGET_NAMES } from './targets.ts'

const NAME = 'campaign-test'
const forget = (): void =>
  rmSync(new URL(`corpus/${NAME}`, import.meta.url), { recursive: true, force: true })

const shape = (name: string, deliver: Shape['deliver']): Shape => ({
  name,
  weight: 1,
  generate: (random) => Buffer.of(random(256)),
  deliver,
})
const run = (target: Target) =>
  runCampaign(target, { target: NAME, seed: 1, from: 0, count: 10 }, () => {})

test('an input that is read and one that is refused are no findings', async () => {
  const refuse = () => {
    throw new ProtocolError('malformed', 'no')
  }
  const report = await run(
    codecTarget([shape('read', () => attempt(() => 1)), shape('refused', () => attempt(refuse))]),
  )

  assert.deepEqual(report.findings, [])
  assert.equal(report.accepted + report.refused, 10)
  assert(report.accepted > 0 && report.refused > 0)
})

test('an unexpected error is a finding, its input is kept and comes first in the next run', async (t) => {
  t.after(forget)
  const broken = shape('broken', () => attempt(() => JSON.parse('{')))
  const { findings } = await run(codecTarget([broken]))
  assert(findings.length > 0)
  assert.match(findings[0]?.message ?? '', /SyntaxError/)

  const kept = readCorpus(NAME).map(({ shape: name, input }) => ({ name, length: input.length }))
  assert.deepEqual(kept[0], { name: 'broken', length: 1 })
  const again = await runCampaign(
    codecTarget([broken]),
    { target: NAME, seed: 1, from: 0, count: 0 },
    () => {},
  )
  assert.equal(again.findings.length, kept.length)
})

test('an input that takes more than 100 ms of processor time is a finding', async (t) => {
  t.after(forget)
  const slow = shape('slow', () => {
    const start = process.threadCpuUsage().user
    while (process.threadCpuUsage().user < start + 110_000);
    return 'refused'
  })
  const options = { target: NAME, seed: 1, from: 0, count: 1 }
  const { findings } = await runCampaign(codecTarget([slow]), options, () => {})
  assert.match(findings[0]?.message ?? '', /took \d+ ms/)
})

test('a process that ends before its inputs do is a finding', async () => {
  const { findings } = await explore({ target: 'none', seed: 1, from: 0, count: 1 })
  assert.equal(findings.length, 1)
  assert.match(findings[0]?.message ?? '', /ended with status 1[\s\S]*no target none/)
})

test('seed and index decide an input', async () => {
  for (const name of TARGET_NAMES.filter((each) => each !== 'scep' && each !== 'http')) {
    await using target = await openTarget(name)
    for (const { generate } of target.shapes) {
      const [first, second, other] = [5, 5, 6].map((index) => generate(createRandom(1, index)))
      assert.deepEqual(first, second)
      assert.notDeepEqual(first, other)
    }
  }
})
