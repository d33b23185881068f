import { closeSync, fsyncSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { type Id, newId, parseId } from '../src/model/index.ts'
import type { DatabaseLocation } from '../src/store/index.ts'

/** How each database says what the statements below need. */
interface Words {
  /** What an `insert … select` begins with that takes from `n(i)`, the numbers from `first` to `last`. */
  numbers(first: number, last: number): string
  /** An id that sorts before all real ones. */
  id(prefix: string, number: string): string
  /** 64 hexadecimal digits that are nowhere else, at random places of an index. */
  readonly hash: string
  bytes(length: number): string
}

const SQLITE: Words = {
  numbers: (first, last) =>
    `with recursive n(i) as (select ${first} union all select i + 1 from n where i < ${last})`,
  id: (prefix, number) => `printf('${prefix}_%026d', ${number})`,
  hash: 'lower(hex(randomblob(32)))',
  bytes: (length) => `randomblob(${length})`,
}

const POSTGRES: Words = {
  numbers: (first, last) => `with n(i) as (select generate_series(${first}, ${last}))`,
  id: (prefix, number) => `'${prefix}_' || lpad((${number})::text, 26, '0')`,
  hash: `md5(random()::text || i) || md5(i || random()::text)`,
  bytes: (length) => `decode(repeat(md5(random()::text || i), ${Math.ceil(length / 16)}), 'hex')`,
}

/** The id of a row that was seeded. */
export const seededId = <N extends Parameters<typeof parseId>[0]>(
  noun: N,
  number: number,
): Id<N> => {
  const id = parseId(noun, `${newId(noun, 0).slice(0, 4)}${String(number).padStart(26, '0')}`)
  if (id === undefined) throw new Error(`${noun} ${number} is no id`)
  return id
}

const YEAR = 31_536_000_000
/** Rows of one enrollment. */
const STEPS = 4
const CHALLENGES = 2
/** Certificates of one device, one a year. */
const PER_DEVICE = 5

/** What enrollments leave behind that are long over, `first` to `last`: each its rows in every table. */
const statements = (
  { numbers, id, hash, bytes }: Words,
  { first, last, now }: { readonly first: number; readonly last: number; readonly now: number },
): readonly string[] => {
  const each = (rows = 1): string => numbers(first * rows, last * rows + rows - 1)
  const at = `${now - 5 * YEAR} + i`
  const device = id('dev', `i - i % ${PER_DEVICE}`)
  const account = id('acc', '0')
  // Of a thousand enrollments, two ended otherwise.
  const state = `case i % 1000 when 7 then 'refused' when 8 then 'expired' else 'configured' end`
  return [
    `insert into account (id, name, name_key, password_hash, attributes, created_at)
      values (${account}, 'seed', 'seed', '!', '{}', 0) on conflict do nothing`,
    `${each()} insert into device (id, udid, serial_number, product, build, imei, attributes, simulated, created_at, updated_at)
      select ${id('dev', 'i')}, ${hash}, substr(${hash}, 1, 10), 'iPhone15,2', '23B85', '350000000000006',
        '{}', 0, ${at}, ${at} from n where i % ${PER_DEVICE} = 0`,
    `${each()} insert into enrollment (id, state, account_id, device_id, simulated, weak_algorithms, remote_address,
        user_agent, created_at, updated_at, expires_at)
      select ${id('enr', 'i')}, ${state}, ${account}, ${device}, 0, '[]', '192.0.2.1',
        'iOS/26.1', ${at}, ${at}, ${at} from n`,
    `${each()} insert into phase2_answer (enrollment_id, answer)
      select ${id('enr', 'i')}, ${bytes(64)} from n`,
    `${each()} insert into token (id, kind, hash, subject, created_at, expires_at)
      select ${id('tok', 'i')}, 'portal', ${hash}, ${id('enr', 'i')}, ${at}, ${at} from n`,
    `${each(STEPS)} insert into step (id, enrollment_id, at, since_ms, code, outcome, summary, detail, remote_address)
      select ${id('stp', 'i')}, ${id('enr', `i / ${STEPS}`)}, ${at}, 250, 'ca_certificate', 'ok',
        'The device asked for the certificates of the CA.', '{"count":2}', '192.0.2.1' from n`,
    `${each(CHALLENGES)} insert into challenge (id, hash, purpose, enrollment_id, key_policy, created_at, expires_at, spent_at, spent_by)
      select ${id('chl', 'i')}, ${hash}, 'scep', ${id('enr', `i / ${CHALLENGES}`)},
        'rsa', ${at}, ${at}, ${at}, ${hash} from n`,
    `${each()} insert into certificate (id, issuer, serial_number, purpose, subject, public_key_sha256, sha256, enrollment_id,
        device_id, challenge_id, tbs, signature, not_before, not_after, created_at, issued_at)
      select ${id('crt', 'i')}, (select id from key_pair where role = 'issuing' and retired_at is null),
        substr(${hash}, 1, 32), 'ota', 'CN=seed', ${hash}, ${hash}, ${id('enr', 'i')}, ${device},
        ${id('chl', `i * ${CHALLENGES}`)}, ${bytes(700)}, ${bytes(72)}, ${at}, ${at} + ${YEAR}, ${at}, ${at} from n`,
  ]
}

/**
 * Puts what belongs to the certificates `first` to `last` into a database that has its tables and keys, and that
 * nobody else has open.
 */
export const seed = async (
  location: DatabaseLocation,
  range: { readonly first: number; readonly last: number },
): Promise<void> => {
  const options = { ...range, now: Date.now() }
  switch (location.kind) {
    case 'sqlite':
      return seedSqlite(location.file, statements(SQLITE, options))
    case 'postgres':
      return await seedPostgres(location.url, statements(POSTGRES, options))
    default:
      return location satisfies never
  }
}

const seedSqlite = (file: string, inserts: readonly string[]): void => {
  using database = new DatabaseSync(file, { enableForeignKeyConstraints: false })
  // Nothing is lost that cannot be made again; the server chooses its own mode when it opens the file.
  database.exec('pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -1000000')
  database.exec(`begin; ${inserts.join(';\n')}; commit`)
  flush(file)
}

/** Else the first commit of the server, which is durable, would pay for writing all of this to the disk. */
const flush = (file: string): void => {
  const descriptor = openSync(file, 'r+')
  fsyncSync(descriptor)
  closeSync(descriptor)
}

const seedPostgres = async (url: string, inserts: readonly string[]): Promise<void> => {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    // One foreign key after another would be looked up, and all of them are right.
    await client.query('set session_replication_role = replica')
    for (const insert of inserts) await client.query(insert)
    await client.query('vacuum analyze')
    await client.query('checkpoint')
  } finally {
    await client.end()
  }
}
