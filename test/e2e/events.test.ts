import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dialects } from '../dialect.ts'
import { readEvents } from '../event-reader.ts'
import { startTestServer } from '../harness.ts'
import { bearer, callApi, getEnrollment, listEnrollments } from '../operator.ts'

for (const dialect of dialects) {
  test(`tells every step of an enrollment as it comes, each once (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using server = await startTestServer({ location: place.location })
    using reader = await readEvents(server, '', bearer(server))
    assert.equal(reader.response.headers['content-type'], 'text/event-stream')

    await server.enroll()
    const { id, steps } = await getEnrollment(server)
    const events = await reader.until(steps.length)

    assert.deepEqual(
      reader.ids,
      steps.map((step) => step.id),
    )
    assert.deepEqual(
      events.map(({ type, data }) => [type, data]),
      steps.map((step) => [
        'enrollment.step',
        {
          id: step.id,
          type: 'enrollment.step',
          time: step.at,
          subject: id,
          data: { ...step, enrollment: id },
        },
      ]),
    )
  })

  test(`goes on after the event that a client saw last, whatever came meanwhile (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using server = await startTestServer({ location: place.location })
    const first = await readEvents(server, '', bearer(server))
    const { lastId: beginning } = first
    await server.enroll()
    const [, , third] = await first.until(3)
    first[Symbol.dispose]()
    await server.enroll()
    const enrollments = await listEnrollments(server)
    const all = await Promise.all(enrollments.map(({ id }) => getEnrollment(server, id)))
    const ids = all.flatMap(({ steps }) => steps.map((step) => step.id)).toSorted()

    using whole = await readEvents(server, '', { ...bearer(server), 'last-event-id': beginning })
    using rest = await readEvents(server, '', { ...bearer(server), 'last-event-id': third?.id })
    using asked = await readEvents(server, `?after=${third?.id}`, bearer(server))
    await whole.until(ids.length)
    await rest.until(ids.length - 3)
    await asked.until(ids.length - 3)

    assert.deepEqual(whole.ids, ids)
    assert.deepEqual(rest.ids, ids.slice(3))
    assert.deepEqual(asked.ids, ids.slice(3))
  })

  test(`tells of one enrollment alone to whoever asks for it (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using server = await startTestServer({ location: place.location })
    await server.enroll()
    const { id, steps } = await getEnrollment(server)
    using reader = await readEvents(
      server,
      `?enrollment=${id}&after=stp_${'0'.repeat(26)}`,
      bearer(server),
    )
    await reader.until(steps.length)
    using all = await readEvents(server, '', bearer(server))
    await server.enroll()
    await all.until(steps.length)
    const withdrawn = await callApi(server, '/accounts/anna/erase', { method: 'POST' })
    assert.equal(withdrawn.status, 200)
    // Its own ending too, and nothing of the other one.
    const { steps: own } = await getEnrollment(server, id)
    assert.equal(own.length, steps.length + 1)
    await reader.until(own.length)
    assert.deepEqual(
      reader.ids,
      own.map((step) => step.id),
    )
  })
}

test('refuses an id that is none, and an enrollment that is not there', async () => {
  await using server = await startTestServer()
  const headers = { 'last-event-id': 'x' }
  assert.equal((await callApi(server, '/events', { headers })).status, 400)
  assert.equal((await callApi(server, '/events?after=enr_x')).status, 400)
  const unknown = `enr_${'0'.repeat(26)}`
  assert.equal((await callApi(server, `/events?enrollment=${unknown}`)).status, 404)
  const { status, headers: said } = await callApi(server, '/events', { method: 'HEAD' })
  assert.deepEqual([status, said.allow], [405, 'GET'])
})

test('a stop ends open streams', async () => {
  await using place = await dialects[0]?.create()
  assert.ok(place)
  const server = await startTestServer({ location: place.location })
  const readers = await Promise.all(
    Array.from({ length: 3 }, () => readEvents(server, '', bearer(server))),
  )
  await server[Symbol.asyncDispose]()
  await Promise.all(readers.map(({ ended }) => ended))
  // Cut off at the end of the drain's patience, an answer would not be whole.
  assert.ok(readers.every(({ response }) => response.complete))
})
