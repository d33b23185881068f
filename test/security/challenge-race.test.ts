import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Db } from '../../src/store/index.ts'
import { dialects } from '../dialect.ts'
import { issuedTo, postScep, readReply } from '../scep-client.ts'
import { manyKeys } from './keys.ts'
import {
  ask,
  configure,
  finish,
  identify,
  obtain,
  onlyCertificate,
  openScene,
  refused,
  rowsOf,
  type Scene,
  toHex,
} from './scene.ts'

const [key, otherKey, ...keys] = manyKeys(202)
assert(key !== undefined && otherKey !== undefined)

/** All of them at once, each with a key of its own; the certificates that come back. */
const race = async (scene: Scene, challenge: string) => {
  const requests = keys.map((each) => ask(scene, { key: each, challenge }))
  const replies = await Promise.all(
    requests.map(async (request) => {
      const answer = await postScep(scene.wire, request)
      assert.equal(answer.status, 200)
      return { reply: readReply(request, answer), request }
    }),
  )
  const won = replies.flatMap(({ reply, request }) => (reply.kind === 'success' ? [request] : []))
  for (const { reply } of replies) {
    if (reply.kind !== 'success')
      assert.equal(reply.kind === 'failure' && reply.failInfo, 'badRequest')
  }
  return won
}

for (const dialect of dialects) {
  const options = { skip: dialect.skip }

  test(
    `200 requests at once with one challenge and 200 keys get one certificate (${dialect.name}) [security S4]`,
    options,
    async () => {
      await using place = await dialect.create()
      await using scene = await openScene({ location: place.location })
      const identified = await identify(scene)
      const { id, challenge, device } = identified

      const [winner, ...others] = await race(scene, challenge)
      assert(winner !== undefined && others.length === 0)

      const row = await onlyCertificate(scene, id)
      const again = await obtain(scene, { key: winner.key, challenge })
      assert.deepEqual((await onlyCertificate(scene, id))['sha256'], row['sha256'])
      await configure(scene, device, again)
    },
  )

  test(
    `20 repetitions at once with one key get one and the same certificate (${dialect.name}) [security S4 S5]`,
    options,
    async () => {
      await using place = await dialect.create()
      await using scene = await openScene({ location: place.location })
      const { id, challenge } = await identify(scene)

      const issued = await Promise.all(
        Array.from({ length: 20 }, () => obtain(scene, { key, challenge })),
      )

      const certificates = new Set(issued.map(({ certificate }) => toHex(certificate.bytes)))
      assert.equal(certificates.size, 1)
      await onlyCertificate(scene, id)
    },
  )

  test(
    `a signature that could not be stored: the same bytes are signed for the same key, another key is refused (${dialect.name}) [security S5 S16]`,
    options,
    async () => {
      await using place = await dialect.create()
      await using scene = await openScene({ location: place.location })
      const identified = await identify(scene)
      const { id, challenge } = identified
      const request = ask(scene, { key, challenge })

      const allowSignatures = await forbidSignatures(scene.db, dialect.name)
      assert.equal((await postScep(scene.wire, request)).status, 500)
      const intended = await onlyCertificate(scene, id)
      assert.equal(intended['signature'], null)
      assert.equal(intended['issued_at'], null)
      assert.match(String(intended['serial_number']), /^[0-9a-f]{32}$/)
      await allowSignatures()

      const { code } = await refused(scene, () =>
        postScep(scene.wire, ask(scene, { key: otherKey, challenge })),
      )
      assert.equal(code, 'challenge_spent')

      const holder = issuedTo(request, await postScep(scene.wire, request))
      assert.equal(toHex(holder.certificate.tbs), intended['tbs'])
      assert.equal((await onlyCertificate(scene, id))['id'], intended['id'])
      await finish(scene, identified, key)
    },
  )

  test(
    `a certificate that could not be recorded is not signed, and its challenge is not spent (${dialect.name}) [security S16 S5]`,
    options,
    async () => {
      await using place = await dialect.create()
      await using scene = await openScene({ location: place.location })
      const identified = await identify(scene)
      const request = ask(scene, { key, challenge: identified.challenge })

      const allow = await forbid(scene.db, dialect.name, 'insert on certificate')
      const { status, body } = await postScep(scene.wire, request)
      assert.equal(status, 500)
      assert.doesNotMatch(body.toString('latin1'), /constraint|trigger|forbidden|certificate/)
      assert.deepEqual(await rowsOf(scene.db, 'certificate'), [])
      await allow()

      await finish(scene, identified, otherKey)
    },
  )
}

const forbidSignatures = (db: Db, dialect: string): Promise<() => Promise<void>> =>
  forbid(db, dialect, 'update of signature on certificate')

/** Lets the database fail at an event, until the returned function is called. */
const forbid = async (db: Db, dialect: string, event: string): Promise<() => Promise<void>> => {
  const name = sql.raw(event)
  if (dialect === 'sqlite') {
    await sql`create trigger fail before ${name} begin select raise(abort, 'forbidden'); end`.execute(
      db,
    )
    return async () => {
      await sql`drop trigger fail`.execute(db)
    }
  }
  await sql`create or replace function fail() returns trigger language plpgsql
    as $$ begin raise exception 'forbidden'; end $$`.execute(db)
  await sql`create trigger fail before ${name} for each row execute function fail()`.execute(db)
  return async () => {
    await sql`drop trigger fail on certificate`.execute(db)
  }
}
