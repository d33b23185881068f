import assert from 'node:assert/strict'
import { testOnDialects } from '../../test/dialect.ts'
import { givenEnrollment, NOW } from '../../test/rows.ts'
import { newId } from '../model/index.ts'
import { upsertDevice } from './device.ts'
import {
  findEnrollment,
  insertEnrollment,
  listExpiredEnrollments,
  moveEnrollment,
} from './enrollment.ts'
import { findEnrollmentRecord, listEnrollments } from './enrollment-record.ts'
import type { Executor } from './schema.ts'

const HOUR = 3_600_000

const givenDevice = (db: Executor) =>
  upsertDevice(db, {
    id: newId('device', NOW),
    udid: '00008110-000A',
    serialNumber: 'C39XK123N0',
    product: 'iPhone15,2',
    build: '22F76',
    imei: null,
    meid: null,
    iccid: null,
    attributes: {},
    simulated: true,
    at: NOW,
  })

testOnDialects('moves an enrollment and records what the move brought', async (db) => {
  const id = await givenEnrollment(db)
  const before = await findEnrollment(db, id)
  const device = await givenDevice(db)

  const moved = await moveEnrollment(db, id, {
    from: 'offered',
    to: 'identified',
    at: NOW + 1,
    deviceId: device.id,
    simulated: true,
    weakAlgorithms: ['sha1'],
    expiresAt: NOW + 2 * HOUR,
  })

  assert.equal(moved, true)
  assert.deepEqual(await findEnrollment(db, id), {
    ...before,
    state: 'identified',
    deviceId: device.id,
    simulated: true,
    weakAlgorithms: ['sha1'],
    updatedAt: NOW + 1,
    expiresAt: NOW + 2 * HOUR,
  })
})

testOnDialects('leaves what a move does not name', async (db) => {
  const id = await givenEnrollment(db)
  const before = await findEnrollment(db, id)
  await moveEnrollment(db, id, {
    from: 'offered',
    to: 'refused',
    code: 'device_not_listed',
    at: NOW + 1,
  })
  assert.deepEqual(await findEnrollment(db, id), {
    ...before,
    state: 'refused',
    code: 'device_not_listed',
    updatedAt: NOW + 1,
  })
})

testOnDialects('of many moves from one state, one is made', async (db) => {
  const id = await givenEnrollment(db)
  const moves = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      moveEnrollment(db, id, { from: 'offered', to: 'identified', at: NOW + i }),
    ),
  )
  assert.equal(moves.filter(Boolean).length, 1)
})

testOnDialects('refuses an enrollment of nobody', async (db) => {
  const enrollment = {
    id: newId('enrollment', NOW),
    state: 'authenticated',
    accountId: newId('account', NOW),
    remoteAddress: '192.0.2.1',
    userAgent: null,
    createdAt: NOW,
    expiresAt: NOW,
  } as const
  await assert.rejects(insertEnrollment(db, enrollment), /foreign key/i)
})

testOnDialects('lists the enrollments whose time is up', async (db) => {
  const late = await givenEnrollment(db, NOW - 2 * HOUR)
  const overdue = await givenEnrollment(db, NOW - 3 * HOUR)
  await givenEnrollment(db, NOW)
  const done = await givenEnrollment(db, NOW - 3 * HOUR)
  await moveEnrollment(db, done, { from: 'offered', to: 'configured', at: NOW })

  const expired = await listExpiredEnrollments(db, NOW, 10)
  assert.deepEqual(
    expired.map(({ id }) => id),
    [overdue, late],
  )
  const atLimit = await listExpiredEnrollments(db, NOW - HOUR, 1)
  assert.deepEqual(
    atLimit.map(({ id }) => id),
    [overdue],
  )
})

testOnDialects('lists enrollments newest first, by page and by state', async (db) => {
  const [first, second, third] = [
    await givenEnrollment(db, NOW),
    await givenEnrollment(db, NOW + 1),
    await givenEnrollment(db, NOW + 2),
  ]
  await moveEnrollment(db, second, { from: 'offered', to: 'identified', at: NOW })
  const ids = async (page: Parameters<typeof listEnrollments>[1]) =>
    (await listEnrollments(db, page)).map(({ id }) => id)

  assert.deepEqual(await ids({ limit: 2 }), [third, second])
  assert.deepEqual(await ids({ limit: 2, before: second }), [first])
  assert.deepEqual(await ids({ limit: 9, state: 'identified' }), [second])
})

testOnDialects('shows an enrollment with its account holder and its device', async (db) => {
  const id = await givenEnrollment(db)
  assert.equal((await findEnrollmentRecord(db, id))?.device, null)
  const device = await givenDevice(db)
  await moveEnrollment(db, id, { from: 'offered', to: 'identified', at: NOW, deviceId: device.id })

  const record = await findEnrollmentRecord(db, id)

  assert.deepEqual(record?.device, {
    id: device.id,
    udid: '00008110-000A',
    serialNumber: 'C39XK123N0',
    product: 'iPhone15,2',
    build: '22F76',
  })
  assert.equal(record.account.id, (await findEnrollment(db, id))?.accountId)
})
