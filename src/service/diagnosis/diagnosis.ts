import type { Clock } from '../../model/index.ts'
import type { Certificate } from '../../protocol/x509/index.ts'
import { type DatabaseLocation, type Db, findDatabaseVersion } from '../../store/index.ts'
import type { AcmeService } from '../acme/index.ts'
import { type Authority, assertKeysUsable } from '../ca/index.ts'
import { lookAtAcme } from './acme.ts'
import type { Finding } from './finding.ts'

/** What a server knows of itself, for whoever looks for a fault from outside. */
interface Diagnosis {
  readonly publicUrl: string
  /** Where the public listener is; `isPlain`: it takes plain HTTP, from proxies. */
  readonly listen: { readonly host: string; readonly port: number; readonly isPlain: boolean }
  readonly findings: readonly Finding[]
}

export type Diagnose = () => Promise<Diagnosis>

export interface DiagnosisOptions extends Pick<Diagnosis, 'publicUrl' | 'listen'> {
  readonly db: Db
  readonly databaseKind: DatabaseLocation['kind']
  readonly clock: Clock
  readonly authority: Authority
  /** Undefined: there is none. */
  readonly acme: AcmeService | undefined
}

const DAY = 86_400_000

export const createDiagnosis = (options: DiagnosisOptions): Diagnose => {
  const { publicUrl, listen } = options
  return async () => ({
    publicUrl,
    listen,
    findings: [
      await lookAtDatabase(options),
      await lookAtKeys(options),
      ...lookAtCertificates(options),
      ...(options.acme === undefined ? [] : [await lookAtAcme(options.acme, options.clock)]),
    ],
  })
}

const lookAtDatabase = async ({ db, databaseKind }: DiagnosisOptions): Promise<Finding> => {
  const name = 'database'
  try {
    const seen = `${await findDatabaseVersion(db, databaseKind)} answers`
    return { name, state: 'ok', seen, fix: null }
  } catch {
    // What a database says can hold its password.
    const seen = 'the database does not answer'
    const fix = 'See that it runs and can be reached as database.url says; the log has the reason.'
    return { name, state: 'failed', seen, fix }
  }
}

const lookAtKeys = async ({ authority }: DiagnosisOptions): Promise<Finding> => {
  const name = 'keys'
  try {
    await assertKeysUsable(authority)
    return { name, state: 'ok', seen: 'the keys of CA, RA and signer work', fix: null }
  } catch {
    const fix = 'Restore master.key and the database of one and the same backup.'
    return { name, state: 'failed', seen: 'a key does not do its work', fix }
  }
}

const lookAtCertificates = ({ authority, clock }: DiagnosisOptions): readonly Finding[] => {
  const { root, issuing, responder, profileSigner } = authority
  const restart = 'Restart windfall: it makes a new one under the same name and key.'
  const anew = 'Begin with a new CA; every device has to enroll again. Plan it before the day.'
  const isOwnSigner = profileSigner.chain.some((each) => isSame(each, root))
  const all = [
    { name: 'root', certificate: root, warnDays: 365, fix: anew },
    { name: 'issuing CA', certificate: issuing.certificate, warnDays: 30, fix: restart },
    { name: 'RA', certificate: responder.certificate, warnDays: 30, fix: restart },
    {
      name: 'profile signer',
      certificate: profileSigner.certificate,
      warnDays: isOwnSigner ? 30 : 14,
      fix: isOwnSigner ? restart : 'Renew it, and put it where signer.certificateFile says.',
    },
  ]
  return all
    .filter(({ name }) => name !== 'RA' || !isSame(responder.certificate, issuing.certificate))
    .map(({ name, certificate, warnDays, fix }) => {
      const days = Math.floor((certificate.notAfter - clock.now()) / DAY)
      const day = new Date(certificate.notAfter).toISOString().slice(0, 10)
      const state = days < 0 ? 'failed' : days < warnDays ? 'warning' : 'ok'
      const seen = days < 0 ? `ended on ${day}` : `good for ${days} days, until ${day}`
      return { name: `certificate: ${name}`, state, seen, fix: state === 'ok' ? null : fix }
    })
}

const isSame = (a: Certificate, b: Certificate): boolean => Buffer.compare(a.bytes, b.bytes) === 0
