import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { skipWithoutShared } from '../codec/fixture.ts'
import { replayInChild } from './corpus-run.ts'

const FLAT = 0.05

test('real and damaged messages, read ten times by every decoder and by Node, end no process and keep no memory [security C13]', async () => {
  const { inputs, readings, drift } = await replayInChild('fixtures', { warmUp: 4, rounds: 6 })
  assert(inputs > 2_000)
  const readers = ['certificate', 'certificate request', 'SignedData', 'SCEP request', 'Node']
  for (const name of readers) assert((readings[name] ?? 0) > 50, name)
  assert(drift < FLAT, `memory differs by ${drift}`)
})

test("5,309 seeds of OpenSSL's fuzzers, read twelve times, end no process and keep no memory [security C13]", {
  skip: skipWithoutShared,
}, async () => {
  const { inputs, drift } = await replayInChild('shared', { warmUp: 6, rounds: 6 })
  assert.equal(inputs, 5_309)
  assert(drift < FLAT, `memory differs by ${drift}`)
})

test('windfall never makes the legacy object of a certificate, of which Node 24 dies when the key in it is malformed [security C13]', () => {
  // A segmentation fault in `toLegacyObject`, and so in `getPeerCertificate`; `getPeerX509Certificate` is sound.
  const sources = globSync('src/**/*.ts', { cwd: new URL('../../', import.meta.url) })
  assert(sources.length > 200)
  const users = sources.filter((path) =>
    /\bgetPeerCertificate\b|\btoLegacyObject\b/.test(
      readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'),
    ),
  )
  assert.deepEqual(users, [])
})
