import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { FAULTS, Kit, playFault } from '../../src/sim/fault/index.ts'
import { createDevice } from '../../src/sim/index.ts'
import { dialects } from '../dialect.ts'
import { ACCOUNT, startTestServer } from '../harness.ts'

const OTHER = { name: 'bert', password: 'another password that is long' } as const
const TWO_HOURS = 120 * 60_000

for (const dialect of dialects) {
  const { name, skip } = dialect
  const stack = new AsyncDisposableStack()
  let kit: Kit

  before(async () => {
    if (skip) return
    const { location } = stack.use(await dialect.create())
    const server = stack.use(await startTestServer({ location }))
    const { roots, authority, clock, app } = server
    await app.core.services.accounts.add({ ...OTHER, fullName: 'Bert Example' })
    kit = new Kit({
      url: server.url,
      account: ACCOUNT,
      secondAccount: OTHER,
      device: await createDevice(authority),
      authority,
      roots,
      now: clock.now,
      expire: async () => clock.advance(TWO_HOURS),
    })
  })
  after(() => stack.disposeAsync())

  for (const fault of FAULTS) {
    test(`windfall plays by the rules of ${fault.name} (${name})`, { skip }, async () => {
      assert.deepEqual(await playFault(kit, fault), { kind: 'passed' })
    })
  }
}
