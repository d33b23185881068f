import type { Clock, NamedConnection } from '../../model/index.ts'
import type { Certificate } from '../../protocol/x509/index.ts'
import { type DatabaseLocation, type Db, findDatabaseVersion } from '../../store/index.ts'
import type { AcmeService } from '../acme/index.ts'
import type { Authority } from '../ca/index.ts'
import type { Health, HealthReport } from '../health/index.ts'
import { lookAtAcme } from './acme.ts'
import type { Finding } from './finding.ts'

/** What a server knows of itself, for whoever looks for a fault from outside. */
interface Diagnosis {
  readonly publicUrl: string
  /** Where the public listener is; `isPlain`: it takes plain HTTP, from proxies. */
  readonly listen: { readonly host: string; readonly port: number; readonly isPlain: boolean }
  readonly findings: readonly Finding[]
  readonly connections: readonly NamedConnection[]
}

export type Diagnose = () => Promise<Diagnosis>

export interface DiagnosisOptions extends Pick<Diagnosis, 'publicUrl' | 'listen'> {
  readonly db: Db
  readonly databaseKind: DatabaseLocation['kind']
  readonly clock: Clock
  readonly authority: Authority
  /** Undefined: there is none. */
  readonly acme: AcmeService | undefined
  /** Whose checks the first findings are. */
  readonly health: Health
}

const DAY = 86_400_000

export const createDiagnosis = (options: DiagnosisOptions): Diagnose => {
  const { publicUrl, listen, health, acme, clock } = options
  return async () => {
    const report = await health.report()
    const { connections } = report
    return {
      publicUrl,
      listen,
      connections,
      findings: [
        await lookAtDatabase(options, report),
        lookAtKeys(report),
        lookAtTime(report),
        ...lookAtCertificates(options),
        ...(acme === undefined ? [] : [await lookAtAcme(acme, clock)]),
        ...connections.flatMap(lookAtUpstream),
      ],
    }
  }
}

/** The code with which a check failed; undefined: all is well. */
const faultOf = ({ checks }: HealthReport, name: string): string | undefined => {
  const check = checks.find((each) => each.name === name)
  return check?.isOk === false ? check.lastError?.code : undefined
}

const lookAtDatabase = async (
  { db, databaseKind }: DiagnosisOptions,
  report: HealthReport,
): Promise<Finding> => {
  const name = 'database'
  const fault = faultOf(report, name)
  // What a database says can hold its password.
  const version = await findDatabaseVersion(db, databaseKind).catch(() => undefined)
  if (fault === undefined && version !== undefined) {
    return { name, state: 'ok', seen: `${version} answers, and writes`, fix: null }
  }
  const seen =
    version === undefined
      ? 'the database does not answer'
      : `${version} answers, and does not write (${fault})`
  const fix =
    'See that it runs, has room, and can be reached as database.url says; the log has the reason.'
  return { name, state: 'failed', seen, fix }
}

const lookAtKeys = (report: HealthReport): Finding => {
  const name = 'keys'
  if (faultOf(report, name) === undefined) {
    return { name, state: 'ok', seen: 'the keys of CA, RA and signer work', fix: null }
  }
  const fix = 'Restore master.key and the database of one and the same backup.'
  return { name, state: 'failed', seen: 'a key does not do its work', fix }
}

const lookAtTime = (report: HealthReport): Finding => {
  const name = 'recorded times'
  if (faultOf(report, 'clock') !== 'clock_behind') {
    return { name, state: 'ok', seen: 'nothing was recorded in the future', fix: null }
  }
  const seen = 'the clock is more than a day before what was recorded'
  return { name, state: 'failed', seen, fix: 'Set the clock of this machine by NTP.' }
}

/** What is looked at by how it answered the last time. */
const UPSTREAMS: ReadonlyMap<string, string> = new Map([
  ['oidc', 'OpenID provider'],
  ['mail', 'mail server'],
  ['sms', 'SMS gateway'],
])

const lookAtUpstream = (connection: NamedConnection): readonly Finding[] => {
  if (connection.name.startsWith('directory ')) {
    const fix = 'Nobody of it can sign in. What is wrong: windfall directory test NAME'
    return [describeUpstream({ name: connection.name, fix }, connection)]
  }
  const name = UPSTREAMS.get(connection.name)
  const fix = 'See that it can be reached from this machine, with the settings of the server.'
  return name === undefined ? [] : [describeUpstream({ name, fix }, connection)]
}

const describeUpstream = (
  { name, fix: remedy }: { readonly name: string; readonly fix: string },
  { state, since, lastSuccess = 0, lastError }: NamedConnection,
): Finding => {
  const from = since === undefined ? '' : ` since ${new Date(since).toISOString()}`
  switch (state) {
    case 'untried':
      return { name, state: 'ok', seen: 'nothing was asked of it yet', fix: null }
    case 'up': {
      // A server that answers, and takes nothing from us.
      const isRefused = lastError !== undefined && lastError.at > lastSuccess
      const seen = `it answers${from}${isRefused ? `, and refuses (${lastError.code})` : ''}`
      const fix = isRefused ? 'See that the settings are those that it wants.' : null
      return { name, state: isRefused ? 'warning' : 'ok', seen, fix }
    }
    case 'down': {
      return { name, state: 'warning', seen: `no answer${from} (${lastError?.code})`, fix: remedy }
    }
    default:
      return state satisfies never
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
