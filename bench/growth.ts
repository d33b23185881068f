import { randomInt } from 'node:crypto'
import {
  type Db,
  findCertificate,
  findCertificateBySha256,
  listAudit,
  listCertificates,
  listEnrollments,
  listExpiredEnrollments,
  listStepsAfter,
  openDatabase,
} from '../src/store/index.ts'
import { readMemoryMb } from './cpu.ts'
import { IN_FLIGHT, inFlight, Peer } from './exchange.ts'
import { bareWithRa } from './issuance.ts'
import type { RsaKey } from './key.ts'
import {
  fetchResponder,
  type LoadResult,
  makeStaticRequests,
  measureLoad,
  sendRequest,
} from './load.ts'
import { openPostgresPlace, openSqlitePlace, type Place, prepare, startServer } from './place.ts'
import { percentile } from './quantile.ts'
import type { Row } from './report.ts'
import { seed, seededId } from './seed.ts'
import { firstAnswer } from './start.ts'

const FEW = 1000
const LOAD = { warmUp: 1000, rounds: 6, perRound: 250 }
const LOOKUPS = 2000
const PAGE = 100
const PAGE_ROUNDS = 25
/** Rows of a page that somebody looks at. */
const LIST = 50

/** The built server with 1,000 certificates in the database and with `many`, on both databases. */
export const measureGrowth = async (
  many: number,
  keys: Generator<RsaKey, never>,
): Promise<readonly Row[]> => {
  const rows: Row[] = []
  for (const open of [openSqlitePlace, openPostgresPlace]) {
    await using place = await open()
    rows.push(...(await measurePlace(place, many, keys)))
  }
  return rows
}

const measurePlace = async (
  place: Place,
  many: number,
  keys: Generator<RsaKey, never>,
): Promise<readonly Row[]> => {
  await prepare(place)
  await seed(place.location, { first: 1, last: FEW })
  const few = await observe(place, keys)
  await seed(place.location, { first: FEW + 1, last: many })
  const size = await place.sizeMb()
  const grown = await observe(place, keys)
  await using database = await openDatabase(place.location)
  const lookup = await measureLookups(database.db, many)
  const page = await measurePages(database.db, many)
  const list = await measureList(database.db, many)
  return describe({ place, many, few, grown, size, lookup, page, list })
}

/** What a server needs: to start, to issue, in memory. */
interface Observation {
  readonly startMs: number
  readonly load: LoadResult
  /** CPU milliseconds of the database's own processes for one issuance. */
  readonly databaseMs: number
  readonly memoryMb: number
}

const observe = async (place: Place, keys: Generator<RsaKey, never>): Promise<Observation> => {
  const before = performance.now()
  await using child = await startServer(place)
  await firstAnswer(child.opsPort)
  const startMs = performance.now() - before
  using scep = new Peer(child.scepPort)
  const responder = await fetchResponder(scep)
  const work = (request: Uint8Array): Promise<void> => sendRequest(scep, request)
  const make = (count: number) => makeStaticRequests(keys, count, responder)
  await inFlight(IN_FLIGHT, await make(LOAD.warmUp), work)
  const databaseBefore = place.databaseCpuMs()
  const load = await measureLoad(child, {
    ...LOAD,
    prepare: () => make(LOAD.perRound),
    work,
    bare: bareWithRa,
  })
  const databaseMs = (place.databaseCpuMs() - databaseBefore) / (LOAD.rounds * LOAD.perRound)
  return { startMs, load, databaseMs, memoryMb: readMemoryMb(child.pid) }
}

/** Milliseconds that the slowest but one in a hundred takes: certificates by their hash. */
const measureLookups = async (db: Db, many: number): Promise<number> => {
  const hashes: string[] = []
  for (let lookup = 0; lookup < LOOKUPS; lookup++) {
    const certificate = await findCertificate(db, seededId('certificate', randomInt(many) + 1))
    if (certificate?.sha256 != null) hashes.push(certificate.sha256)
  }
  if (hashes.length < LOOKUPS) throw new Error('the database was not seeded')
  return await slowest(hashes, (hash) => findCertificateBySha256(db, hash))
}

/** The same for pages of lists: the first one, one in the middle, and of what is rare. */
const measurePages = async (db: Db, many: number): Promise<number> => {
  const half = many >> 1
  const pages: readonly (() => Promise<readonly unknown[]>)[] = [
    () => listEnrollments(db, { limit: PAGE }),
    () => listEnrollments(db, { limit: PAGE, before: seededId('enrollment', half) }),
    () => listEnrollments(db, { limit: PAGE, state: 'refused' }),
    () => listEnrollments(db, { limit: PAGE, state: 'withdrawn' }),
    () =>
      listEnrollments(db, { limit: PAGE, state: 'expired', before: seededId('enrollment', half) }),
    () => listCertificates(db, { limit: PAGE, before: seededId('certificate', half) }),
    () => listStepsAfter(db, { after: seededId('step', half), limit: PAGE }),
    () => listExpiredEnrollments(db, Date.now(), PAGE),
    () => listAudit(db, { limit: PAGE }),
  ]
  const rounds = Array.from({ length: PAGE_ROUNDS }, () => pages).flat()
  return await slowest(rounds, (list) => list())
}

/** The same for what a list of the newest enrollments, or one further on, takes. */
const measureList = async (db: Db, many: number): Promise<number> => {
  const befores = Array.from({ length: LOOKUPS }, () =>
    seededId('enrollment', randomInt(PAGE, many)),
  )
  return await slowest(befores, (before) => listEnrollments(db, { limit: LIST, before }))
}

const slowest = async <T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<number> => {
  const times: number[] = []
  for (const item of items) {
    const before = performance.now()
    await work(item)
    times.push(performance.now() - before)
  }
  return percentile(times, 0.99)
}

const describe = ({
  place,
  many,
  few,
  grown,
  size,
  lookup,
  page,
  list,
}: {
  readonly place: Place
  readonly many: number
  readonly few: Observation
  readonly grown: Observation
  readonly size: number
  readonly lookup: number
  readonly page: number
  readonly list: number
}): readonly Row[] => {
  const row = (id: string, what: string, fields: Fields): Row => ({
    id: `${id}-${place.location.kind}-${many}`,
    what: `${place.name}, ${many.toLocaleString('en')} certificates (${size.toFixed(0)} MB): ${what}`,
    measured: fields.measured,
    value: fields.value,
    target: { most: fields.most },
  })
  const inMs = (value: number, most: number): Fields => ({ measured: ms(value), value, most })
  // In operations, so that a change of the machine's pace is not taken for growth.
  const pace = few.load.operations.rsaSign / grown.load.operations.rsaSign
  const fewer = few.databaseMs
  const ofDatabase = row('growth-database', 'CPU of the database itself, likewise', {
    measured: `${ms(grown.databaseMs)} ÷ ${ms(fewer)}`,
    value: (grown.databaseMs / fewer) * pace,
    most: 1.2,
  })
  return [
    row('growth', `CPU of an issuance ÷ that with ${FEW.toLocaleString('en')}`, {
      measured: `${ms(grown.load.cpuMs)} ÷ ${ms(few.load.cpuMs)}`,
      value: few.load.share / grown.load.share,
      most: 1.2,
    }),
    ...(fewer > 0 ? [ofDatabase] : []),
    row('lookup', 'a certificate by its hash, p99', inMs(lookup, 5)),
    row('page', `${PAGE} rows of a list, p99`, inMs(page, 300)),
    row('list', `${LIST} enrollments of a list, p99`, inMs(list, 5)),
    row('start-grown', 'start of the server to its first answer', inMs(grown.startMs, 1000)),
    row('memory-grown', 'memory after 2,500 issuances', {
      measured: `${Math.round(grown.memoryMb)} MB`,
      value: grown.memoryMb,
      most: 512,
    }),
  ]
}

interface Fields {
  readonly measured: string
  readonly value: number
  readonly most: number
}

const ms = (value: number): string => `${value.toFixed(2)} ms`
