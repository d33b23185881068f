import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Db } from '../../src/store/index.ts'
import { makeKey } from '../codec/holder.ts'
import { makeDevice, postPhase2, postPhase3 } from '../device.ts'
import { dialects } from '../dialect.ts'
import { assertPassing } from '../fault/passing.ts'
import type { Answer } from '../request.ts'
import { postScep } from '../scep-client.ts'
import {
  ask,
  configure,
  identify,
  obtain,
  offer,
  onlyCertificate,
  openScene,
} from '../security/scene.ts'

const postgres = dialects.find(({ name }) => name === 'postgres')
const key = makeKey('rsa-2048')

/** Lets every statement of that kind fail as where the disk is full, while `work` is done. */
const withoutResources = async (
  db: Db,
  event: string,
  work: () => Promise<Answer>,
): Promise<Answer> => {
  await sql`create or replace function fail() returns trigger language plpgsql
    as $$ begin raise exception 'no space' using errcode = '53100'; end $$`.execute(db)
  await sql`create trigger fail before ${sql.raw(event)} for each row execute function fail()`.execute(
    db,
  )
  const table = sql.raw(event.split(' ').at(-1) ?? '')
  const answer = await work()
  await sql`drop trigger fail on ${table}`.execute(db)
  return answer
}

test('a database that is out of resources for a moment ends no enrollment: 503, Retry-After, and the next try goes through [security S5]', {
  skip: postgres?.skip ?? 'no PostgreSQL',
}, async () => {
  await using place = await postgres?.create()
  assert(place !== undefined)
  await using scene = await openScene({ location: place.location })
  const { db, wire } = scene
  const device = makeDevice(scene.server)

  const { challenge: offered } = await offer(scene)
  const phase2 = () => postPhase2(wire, device, { challenge: offered })
  assertPassing(await withoutResources(db, 'insert on device', phase2))
  assert.equal((await phase2()).status, 200)

  const { id, challenge, device: other } = await identify(scene)
  const request = ask(scene, { key, challenge })
  const scep = () => postScep(wire, request)
  assertPassing(await withoutResources(db, 'insert on certificate', scep))
  assertPassing(await withoutResources(db, 'update of signature on certificate', scep))
  const holder = await obtain(scene, { key, challenge })
  await onlyCertificate(scene, id)

  const phase3 = () => postPhase3(wire, other, { signer: holder })
  assertPassing(await withoutResources(db, 'update on enrollment', phase3))
  await configure(scene, other, holder)

  // The errors name the enrollment, and the log must not show what is stored of it.
  assert.match(scene.log(), /database_unavailable/)
  assert.doesNotMatch(scene.log(), /"enrollment":|"phase2":|"answer":/)
})
