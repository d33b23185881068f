import assert from 'node:assert/strict'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { dialects } from '../dialect.ts'
import { AcmeDouble, type Reply } from './double.ts'
import { openPlace, shownBy } from './stage.ts'

for (const dialect of dialects.filter(({ name }) => name === 'postgres')) {
  test('of two servers one orders, either answers the challenge, and both use what comes of it', {
    skip: dialect.skip,
  }, async () => {
    await using database = await dialect.create()
    const { location } = database
    await using here = await openPlace()
    await using there = await openPlace()
    // The CA comes to the second one.
    await using ca = await AcmeDouble.start(there.httpPort)
    const gate = Promise.withResolvers<Reply | undefined>()
    const reached = Promise.withResolvers<undefined>()
    ca.interfere = (resource) => {
      reached.resolve(undefined)
      return resource === 'directory' ? gate.promise : undefined
    }
    await using first = await here.start(ca.directoryUrl, { data: here.directory, location })
    await reached.promise
    await copyFile(join(here.directory, 'master.key'), join(there.directory, 'master.key'))
    await using second = await there.start(ca.directoryUrl, { data: there.directory, location })
    await second.app.reload()
    assert.equal(ca.asked.length, 1)

    gate.resolve(undefined)
    await first.app.reload()
    await second.app.reload()
    const shown = await shownBy(second)
    assert.deepEqual(shown, await shownBy(first))
    assert.deepEqual(shown, Buffer.from(ca.leaf(0)))
    assert.equal(ca.orders.length, 1)

    // And both at once, when it is due.
    for (const { clock } of [first, second]) clock.advance(61 * 86_400_000)
    ca.lifetime = { ...ca.lifetime, notAfter: first.clock.now() + 90 * 86_400_000 }
    await Promise.all([first.app.reload(), second.app.reload()])
    assert.equal(ca.orders.length, 2)
    for (const server of [first, second]) {
      await server.app.reload()
      assert.deepEqual(await shownBy(server), Buffer.from(ca.leaf(1)))
    }
  })
}
