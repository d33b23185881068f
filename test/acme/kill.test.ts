import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serve } from '../cli/windfall.ts'
import { AcmeDouble, type Resource } from './double.ts'
import { openPlace, shownBy } from './stage.ts'

const LEASE_MS = 120_000

/** What the CA is being asked for when the server is killed. */
const MOMENTS: readonly Resource[] = ['finalize', 'certificate']

for (const moment of MOMENTS) {
  test(`a server that is killed while it asks for "${moment}" goes on with the same order`, async () => {
    await using place = await openPlace()
    await using ca = await AcmeDouble.start(place.httpPort)
    const { directory: data } = place
    {
      const { WINDFALL_LISTEN: listen = '', ...env } = await place.settings(ca.directoryUrl)
      const reached = Promise.withResolvers<undefined>()
      ca.interfere = (resource) => {
        if (resource !== moment) return undefined
        reached.resolve(undefined)
        return Promise.withResolvers<undefined>().promise
      }
      await using killed = await serve(data, { env, args: ['--listen', listen] })
      await reached.promise
      killed.running.signal('SIGKILL')
      await killed.running.ended
    }
    ca.interfere = () => undefined
    // One that was killed cannot say that it is not at it any more.
    const now = Date.now() + LEASE_MS
    await using server = await place.start(ca.directoryUrl, { data, now })
    await server.app.reload()
    assert.equal(ca.orders.length, 1)
    assert.deepEqual(await shownBy(server), Buffer.from(ca.leaf(0)))
    assert.equal(ca.accounts, 1)
  })
}
