import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { loadMasterKey } from '../../src/keys/index.ts'
import { certificateFingerprint, PublicKey } from '../../src/protocol/x509/index.ts'
import { hashChallenge } from '../../src/service/ca/index.ts'
import { type DatabaseLocation, openDatabase } from '../../src/store/index.ts'
import { publicKeyOf } from '../codec/holder.ts'
import type { Entry } from './honest-device.ts'

export interface Records {
  readonly location: DatabaseLocation
  /** The directory of the master key. */
  readonly data: string
}

interface CertificateRow {
  readonly id: string
  readonly sha256: string | null
  readonly serial_number: string
  readonly public_key_sha256: string
  readonly enrollment_id: string | null
  readonly challenge_id: string | null
  readonly is_signed: number | boolean
}

interface ChallengeRow {
  readonly hash: string
  readonly spent_by: string | null
  readonly certificate_id: string | null
}

/**
 * What the database and the devices' ledger do not agree on, or what must not be in a database after every device
 * has come to its end; one sentence each. Nobody may hold a SQLite database meanwhile.
 */
export const findFaults = async (
  { location, data }: Records,
  ledger: readonly Entry[],
): Promise<readonly string[]> => {
  const masterKey = loadMasterKey(join(data, 'master.key'))
  await using database = await openDatabase(location)
  const { db } = database
  const { rows: certificates } = await sql<CertificateRow>`select id, sha256, serial_number,
    public_key_sha256, enrollment_id, challenge_id, signature is not null as is_signed
    from certificate`.execute(db)
  const { rows: challenges } = await sql<ChallengeRow>`select hash, spent_by, certificate_id
    from challenge where purpose in ('ota', 'service')`.execute(db)
  const { rows: enrollments } = await sql<{ readonly id: string; readonly state: string }>`
    select id, state from enrollment`.execute(db)

  const bySha256 = new Map(certificates.map((row) => [row.sha256, row]))
  const byHash = new Map(challenges.map((row) => [row.hash, row]))
  const states = new Map(enrollments.map(({ id, state }) => [id, state]))
  const configured = new Set(ledger.map(({ enrollment }) => enrollment))

  return [
    ...ledger.flatMap(({ enrollment = '', identity, service, isConfigured, key }) => {
      const fingerprint = new PublicKey(publicKeyOf(key)).fingerprint
      return [
        ...(isConfigured ? [] : [`${enrollment}: a device is stuck`]),
        ...(states.get(enrollment) === 'configured'
          ? []
          : [`${enrollment}: a configured enrollment is not`]),
        ...[identity, service].flatMap((grant) => {
          const { challenge = '', certificate } = grant ?? {}
          const row = certificate && bySha256.get(certificateFingerprint(certificate.bytes))
          const spent = byHash.get(hashChallenge(masterKey, challenge))
          const serialNumber = Buffer.from(certificate?.serialNumber ?? []).toString('hex')
          return [
            ...(row === undefined ? [`${enrollment}: an acknowledged certificate is lost`] : []),
            ...(row?.serial_number === serialNumber
              ? []
              : [`${enrollment}: a serial number has changed`]),
            ...(row?.enrollment_id === enrollment
              ? []
              : [`${enrollment}: a certificate changed its enrollment`]),
            ...(spent?.spent_by === fingerprint
              ? []
              : [`${enrollment}: a challenge was spent by another key`]),
            ...(spent?.certificate_id === row?.id
              ? []
              : [`${enrollment}: a challenge forgot its certificate`]),
          ]
        }),
      ]
    }),
    ...twice(certificates.map(({ serial_number }) => serial_number)).map(
      (serial) => `the serial number ${serial} is there twice`,
    ),
    ...twice(certificates.flatMap(({ challenge_id }) => challenge_id ?? [])).map(
      (id) => `the challenge ${id} has two certificates`,
    ),
    ...certificates
      .filter(({ is_signed, challenge_id }) => !is_signed && challenge_id !== null)
      .map(({ id }) => `the certificate ${id} was never signed`),
    // Whoever never saw the answer signs in again; that enrollment expires.
    ...enrollments
      .filter(
        ({ id, state }) => !configured.has(id) && !/^(authenticated|offered|refused)$/.test(state),
      )
      .map(({ id, state }) => `the enrollment ${id} stands at ${state} for nobody`),
  ]
}

const twice = (values: readonly string[]): readonly string[] => {
  const seen = new Set<string>()
  return values.filter((value) => seen.has(value) || !seen.add(value))
}

/**
 * Checks the pages and the references of a SQLite database as a killed process left it. It is a copy that is
 * looked at: whoever opens the file first repairs it, and that is the server's to do.
 */
export const examineFile = async (data: string): Promise<void> => {
  const copy = await mkdtemp(join(tmpdir(), 'windfall-copy-'))
  try {
    for (const name of ['windfall.db', 'windfall.db-wal']) {
      await cp(join(data, name), join(copy, name), { mode: 0 }).catch(ignoreAbsence)
    }
    using database = new DatabaseSync(join(copy, 'windfall.db'))
    const found = [
      ...database.prepare('pragma integrity_check').all(),
      ...database.prepare('pragma foreign_key_check').all(),
    ].map((row) => JSON.stringify(row))
    if (found.join() !== '{"integrity_check":"ok"}') throw new Error(`corrupt: ${found.join()}`)
  } finally {
    await rm(copy, { recursive: true })
  }
}

const ignoreAbsence = (error: unknown): void => {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
}
