import { sql } from 'kysely'
import { certificateFingerprint } from '../../src/protocol/x509/index.ts'
import { type DatabaseLocation, openDatabase } from '../../src/store/index.ts'
import type { Entry } from './honest-device.ts'

/** What devices had been told when a backup began: it has to be in there. */
export interface Told {
  readonly enrollment: string | undefined
  readonly isConfigured: boolean
  /** SHA-256 of every certificate that a device has. */
  readonly certificates: readonly string[]
  /** A challenge that nobody has spent: it is never to be spent after a restore. */
  readonly open: string | undefined
}

export const remember = ({ enrollment, identity, service, isConfigured }: Entry): Told => {
  const grants = [identity, service].filter((grant) => grant !== undefined)
  return {
    enrollment,
    isConfigured,
    certificates: grants.flatMap(({ certificate }) =>
      certificate === undefined ? [] : [certificateFingerprint(certificate.bytes)],
    ),
    open: grants.find(({ certificate }) => certificate === undefined)?.challenge,
  }
}

/** What a database holds of enrollments. */
export interface Holding {
  readonly certificates: readonly {
    readonly id: string
    readonly serial_number: string
    readonly sha256: string | null
  }[]
  readonly steps: readonly {
    readonly id: string
    readonly enrollment_id: string
    readonly at: number
    readonly summary: string
  }[]
  readonly states: ReadonlyMap<string, string>
}

/** Nobody may hold a SQLite database meanwhile. */
export const readHolding = async (location: DatabaseLocation): Promise<Holding> => {
  await using database = await openDatabase(location)
  const { db } = database
  const { rows: certificates } = await sql<Holding['certificates'][number]>`
    select id, serial_number, sha256 from certificate`.execute(db)
  const { rows: steps } = await sql<Holding['steps'][number]>`
    select id, enrollment_id, at, summary from step`.execute(db)
  const { rows: enrollments } = await sql<{ readonly id: string; readonly state: string }>`
    select id, state from enrollment`.execute(db)
  return { certificates, steps, states: new Map(enrollments.map(({ id, state }) => [id, state])) }
}

/** Where a restored database has lost what was told before the backup, one sentence each. */
export const findLosses = (restored: Holding, told: readonly Told[]): readonly string[] => {
  const kept = new Set(restored.certificates.map(({ sha256 }) => sha256))
  return told.flatMap(({ enrollment = '', certificates, isConfigured }) => [
    ...certificates
      .filter((sha256) => !kept.has(sha256))
      .map((sha256) => `${enrollment}: the certificate ${sha256} is lost`),
    ...(isConfigured && restored.states.get(enrollment) !== 'configured'
      ? [`${enrollment}: a configured enrollment is not`]
      : []),
  ])
}

/** Where a restored database is not what the lost one was at some moment, one sentence each. */
export const findInventions = (restored: Holding, lost: Holding): readonly string[] => {
  const certificates = new Map(lost.certificates.map((row) => [row.id, row]))
  const known = new Set(lost.steps.map(({ id }) => id))
  const kept = new Set(restored.steps.map(({ id }) => id))
  const own = restored.steps.filter(({ summary }) => summary.includes('restored from a backup'))
  const last = new Map<string, number>()
  for (const { enrollment_id: id, at } of restored.steps.filter((step) => !own.includes(step))) {
    last.set(id, Math.max(at, last.get(id) ?? 0))
  }
  return [
    ...restored.certificates
      .filter(({ id, serial_number, sha256 }) => {
        const original = certificates.get(id)
        const isSame = original?.serial_number === serial_number
        return !isSame || (sha256 !== null && sha256 !== original.sha256)
      })
      .map(({ id }) => `the certificate ${id} was never there`),
    ...restored.steps
      .filter((step) => !known.has(step.id) && !own.includes(step))
      .map(({ id }) => `the step ${id} was never there`),
    ...lost.steps
      .filter(({ id, enrollment_id, at }) => at < (last.get(enrollment_id) ?? 0) && !kept.has(id))
      .map(({ id }) => `the step ${id} is missing, and a later one of its enrollment is not`),
    ...[...restored.states]
      .filter(([, state]) => !/^(configured|expired|refused)$/.test(state))
      .map(([id, state]) => `the enrollment ${id} is open: ${state}`),
  ]
}

/** The serial numbers that the restored server gave away after the lost one had, one sentence each. */
export const findRepeats = (now: Holding, restored: Holding, lost: Holding): readonly string[] => {
  const old = new Set(restored.certificates.map(({ id }) => id))
  const taken = new Set(lost.certificates.map(({ serial_number }) => serial_number))
  return now.certificates
    .filter(({ id, serial_number }) => !old.has(id) && taken.has(serial_number))
    .map(({ serial_number }) => `the serial number ${serial_number} was given away twice`)
}
