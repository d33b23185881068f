import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer } from '../harness.ts'

test('[mission A4] each state on the way to configured is reached by a step of the timeline', async () => {
  await using server = await startTestServer()
  assert.equal((await server.enroll()).kind, 'configured')
  const { enrollment } = server.app.core.services
  const [record] = await enrollment.find({ limit: 1 })
  assert.ok(record)
  const { steps } = await enrollment.get(record.id)
  assert.deepEqual(
    steps.flatMap(({ state }) => state ?? []),
    ['authenticated', 'offered', 'identified', 'certified', 'configured'],
  )
})
