import assert from 'node:assert/strict'
import { test } from 'node:test'
import { postScep } from '../scep-client.ts'
import { RESPONDERS, requestedKey, seeAnswers, shownBy, spoil, wrap } from './oracle.ts'
import { sampleOpening, sampleServing } from './oracle-timing.ts'
import { finish, identify, openScene, rowsOf, stateOf } from './scene.ts'

/** In each class; `npm run proof -- oracle` sends 2,000. */
const PER_CLASS = 100

for (const { name, env } of RESPONDERS) {
  test(`14 classes of broken envelopes, ${PER_CLASS} of each, are told apart by no byte of the answers, ${name} [security C1 C11]`, async () => {
    await using scene = await openScene({ env })
    const identified = await identify(scene)
    const spoiled = spoil(scene, identified.challenge)
    const before = await stateOf(scene)

    const { shown, messages } = await seeAnswers(scene, spoiled, PER_CLASS)

    assert.equal(messages, 14 * PER_CLASS)
    assert.deepEqual([...shown.values()].slice(1), [], 'another answer than the first')
    assert.match([...shown.keys()].join(), /^\{"status":200,/)
    assert.deepEqual(await stateOf(scene), before)
    const refusals = (await rowsOf(scene.db, 'audit')).filter((row) => row['outcome'] === 'refused')
    assert.equal(refusals.length, messages)
    // The same envelope, whole, is a good request.
    const granted = await postScep(scene.wire, { bytes: wrap(spoiled.sound()) })
    assert.ok(!shown.has(shownBy(granted)))
    await finish(scene, identified, requestedKey)
  })
}

test('the timing of every class can be sampled: opening a message, and all of the service', async () => {
  await using scene = await openScene()
  const opening = await sampleOpening(3)
  const serving = await sampleServing(scene, 3)
  for (const samples of [opening, serving]) {
    assert.equal(samples.size, 15)
    for (const [name, times] of samples) {
      assert.equal(times.length, 3, name)
      assert.ok(
        times.every((time) => time > 0),
        name,
      )
    }
  }
})
