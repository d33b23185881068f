import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { MIGRATIONS } from '../../src/store/migration/index.ts'
import { findBreaches } from './rule.ts'
import { withSecond } from './second.ts'

const doing = (...statements: readonly string[]): Migration => ({
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
})

test('no migration takes away what the release before uses, unless its name says so', async () => {
  for (const [name, migration] of Object.entries({ ...MIGRATIONS, ...withSecond() })) {
    assert.deepEqual(await findBreaches(name, migration), [], name)
  }
})

test('recognises what takes something away', async () => {
  const breaches = [
    'drop table device',
    'drop index step_enrollment_id_id',
    'alter table device drop column udid',
    'alter table device rename column udid to name',
    'alter table device rename to gadget',
    'alter table device alter column udid set not null',
    'alter table device add column size integer not null',
    'alter table device add column size integer unique',
    'create unique index device_product on device (product)',
    'create unique index device_product on device (product, nickname)',
    'delete from throttle',
    'insert into account (id) values (1)',
    'truncate step',
  ]
  for (const statement of breaches) {
    const found = await findBreaches('0002-more-expand', doing(statement))
    assert.deepEqual([...new Set(found)], [statement])
    assert.deepEqual(await findBreaches('0002-less-contract', doing(statement)), [])
  }
  const fine = doing(
    'create table orchard (id text not null)',
    'create unique index orchard_id on orchard (id)',
    'insert into orchard (id) values (1)',
    'alter table device add column size integer not null default 1',
    'alter table device add column nickname text',
    'update device set size = 2',
    'create unique index device_nickname on device (nickname)',
  )
  assert.deepEqual(await findBreaches('0002-more-expand', fine), [])
  assert.equal((await findBreaches('0002-more', fine)).length, 1)
})
