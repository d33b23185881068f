import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { makeHolder, makeKey } from '../codec/holder.ts'
import { dialects } from '../dialect.ts'
import { issuedTo, postScep } from '../scep-client.ts'
import { craftCsr, wrapCsr } from './crafted.ts'
import { finish, identify, obtain, openScene, toHex } from './scene.ts'

const key = makeKey('rsa-2048')
const otherKey = makeKey('rsa-2048')
const signer = makeHolder({ key: otherKey })
const postgres = dialects.find(({ name }) => name === 'postgres')

test('200 serial numbers: positive, 16 octets, all different, as many ones as zeros [security S11]', async () => {
  const env = { WINDFALL_SCEP__STATIC_CHALLENGE: 'a static challenge' }
  await using scene = await openScene({ env })
  const csr = craftCsr(key, { challenge: 'a static challenge' })

  const serials = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const request = wrapCsr(scene, csr, { signer })
      return issuedTo(request, await postScep(scene.wire, request)).certificate.serialNumber
    }),
  )

  assert.equal(new Set(serials.map(toHex)).size, serials.length)
  let ones = 0
  for (const serial of serials) {
    assert.equal(serial.length, 16)
    assert((serial[0] ?? 0x80) < 0x80)
    for (const byte of serial.subarray(1)) ones += byte.toString(2).replaceAll('0', '').length
  }
  // 200 × 120 random bits: the standard deviation is 77. Six of them happen once in 500 million runs.
  assert(Math.abs(ones - 12_000) < 6 * 77.5, `${ones} ones`)
})

test('a serial number that is taken is replaced by another one, and nobody notices [security S11]', {
  skip: postgres?.skip ?? 'no PostgreSQL',
}, async () => {
  await using place = await postgres?.create()
  assert(place !== undefined)
  await using scene = await openScene({ location: place.location })
  const first = await identify(scene)
  const taken = (await obtain(scene, { key, challenge: first.challenge })).certificate.serialNumber
  // A sequence counts on when its transaction is rolled back: the first try collides, the next one does not.
  await sql`create sequence tries`.execute(scene.db)
  await sql`create function collide() returns trigger language plpgsql as $$ begin
    if nextval('tries') = 1 then new.serial_number := (select serial_number from certificate); end if;
    return new; end $$`.execute(scene.db)
  await sql`create trigger collide before insert on certificate
    for each row execute function collide()`.execute(scene.db)

  const second = await identify(scene)
  const { certificate } = await finish(scene, second, otherKey)

  assert.notDeepEqual(certificate.serialNumber, taken)
  const tries = await sql<{ last_value: number }>`select last_value from tries`.execute(scene.db)
  assert.equal(tries.rows[0]?.last_value, 2)
})
