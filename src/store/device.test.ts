import assert from 'node:assert/strict'
import { testOnDialects } from '../../test/dialect.ts'
import { NOW } from '../../test/rows.ts'
import { newId } from '../model/index.ts'
import { findDevice, upsertDevice } from './device.ts'

const said = () => ({
  id: newId('device', NOW),
  udid: '00008110-000A',
  serialNumber: 'C39XK123N0',
  product: 'iPhone15,2',
  build: '22F76',
  imei: '35 000000 000000 0',
  meid: null,
  iccid: null,
  attributes: { VERSION: '22F76', MAC_ADDRESS_EN0: '00:00:5e:00:53:01' },
  simulated: false,
  at: NOW,
})

testOnDialects('a device that comes again keeps its id and tells the rest anew', async (db) => {
  const first = await upsertDevice(db, said())
  const attributes = { VERSION: '23A1' }

  const again = await upsertDevice(db, { ...said(), build: '23A1', attributes, at: NOW + 1 })

  assert.deepEqual(again, { ...first, build: '23A1', attributes, updatedAt: NOW + 1 })
  assert.deepEqual(await findDevice(db, first.id), again)
})

testOnDialects('a simulated device is never the real one', async (db) => {
  const real = await upsertDevice(db, said())
  const simulated = await upsertDevice(db, { ...said(), simulated: true })
  assert.notEqual(simulated.id, real.id)
  assert.equal((await findDevice(db, real.id))?.simulated, false)
})

testOnDialects(
  'a device of the same UDID and another serial number is another device',
  async (db) => {
    const first = await upsertDevice(db, said())
    const others = [null, 'C39XK123N1']
    for (const serialNumber of others) {
      const other = await upsertDevice(db, { ...said(), id: newId('device', NOW), serialNumber })
      assert.notEqual(other.id, first.id)
      const again = await upsertDevice(db, { ...said(), id: newId('device', NOW), serialNumber })
      assert.equal(again.id, other.id)
    }
    assert.deepEqual(await findDevice(db, first.id), first)
  },
)
