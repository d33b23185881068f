import { type Clock, JOB_STATES, STATES_UNDER_WAY } from '../../model/index.ts'
import { type Certificate, parseCertificates } from '../../protocol/x509/index.ts'
import { countEnrollmentsUnderWay, countJobs, type Db } from '../../store/index.ts'
import type { Authority } from '../ca/index.ts'
import { countSilences } from '../enrollment/index.ts'
import { type Health, within } from '../health/index.ts'
import { type Metric, Reading, type Sample } from './instrument.ts'

interface StateSources {
  readonly db: Db
  readonly clock: Clock
  readonly authority: Authority
  readonly health: Health
  /** What the HTTPS listener shows, PEM, with its chain; undefined where windfall serves no TLS itself. */
  readonly tlsCertificate: () => string | undefined
  /** Milliseconds that only grow. */
  readonly now?: () => number
}

/** How long a count of the database is good for, in milliseconds. */
const HOLD_MS = 10_000
/** Milliseconds that it may take: Prometheus waits for ten seconds. */
const DEADLINE_MS = 2_000

/** What is looked up in the database and the keys when somebody asks. */
export const stateMetrics = (sources: StateSources): readonly Metric[] => [
  new Reading(
    {
      name: 'windfall_enrollments_active',
      help: 'Enrollments between sign-in and configuration, on all servers of the database.',
      labels: ['state'],
    },
    'gauge',
    hold(sources.now ?? (() => performance.now()), () => countActive(sources.db)),
  ),
  new Reading(
    {
      name: 'windfall_enrollments_silent',
      help: 'Of the newest 2,000 of those, the ones from which nothing comes, by what that seems to mean.',
      labels: ['diagnosis'],
    },
    'gauge',
    hold(sources.now ?? (() => performance.now()), () => countSilent(sources)),
  ),
  new Reading(
    {
      name: 'windfall_jobs',
      help: 'Jobs that are for later, due, under way or given up, on all servers of the database.',
      labels: ['kind', 'state'],
    },
    'gauge',
    hold(sources.now ?? (() => performance.now()), () => readJobs(sources)),
  ),
  new Reading(
    {
      name: 'windfall_certificate_not_after_timestamp_seconds',
      help: 'When a certificate that windfall depends on ends, since 1970.',
      labels: ['kind', 'name'],
    },
    'gauge',
    () => listExpiries(sources),
  ),
  new Reading(
    { name: 'windfall_ready', help: 'Whether /readyz says that the server can do its work.' },
    'gauge',
    async () => [[[], Number((await sources.health.report()).isReady)]],
  ),
  new Reading(
    {
      name: 'windfall_health_check_ok',
      help: 'Whether a check of /readyz went well.',
      labels: ['check'],
    },
    'gauge',
    async () => {
      const { checks } = await sources.health.report()
      return checks.map(({ name, isOk }) => [[name], Number(isOk)] as const)
    },
  ),
]

/** Nothing while the database does not answer: health tells that, and the other metrics are wanted then. */
const countActive = async (db: Db): Promise<readonly Sample[]> => {
  const counts = await within(DEADLINE_MS, countEnrollmentsUnderWay(db)).catch(() => undefined)
  if (counts === undefined) return []
  return STATES_UNDER_WAY.map((state) => [[state], counts.get(state) ?? 0])
}

/** As `countActive`. */
const countSilent = async ({ db, clock }: StateSources): Promise<readonly Sample[]> => {
  const counts = await within(DEADLINE_MS, countSilences(db, clock.now())).catch(() => undefined)
  return [...(counts ?? [])].map(([code, count]) => [[code], count])
}

const readJobs = async ({ db, clock }: StateSources): Promise<readonly Sample[]> => {
  const counts = await within(DEADLINE_MS, countJobs(db, clock.now())).catch(() => undefined)
  return [...(counts ?? [])].flatMap(([kind, of]) =>
    JOB_STATES.map((state): Sample => [[kind, state], of[state]]),
  )
}

/** The certificates without which something stops working. */
const listExpiries = ({ authority, tlsCertificate }: StateSources): readonly Sample[] => {
  const { root, issuing, responder, profileSigner } = authority
  const served = tlsCertificate()
  const [tls] = served === undefined ? [] : parseCertificates(Buffer.from(served))
  const all: readonly (readonly [kind: string, name: string, Certificate | undefined])[] = [
    ['ca', 'root', root],
    ['ca', 'issuing', issuing.certificate],
    ['ra', 'ra', responder.certificate === issuing.certificate ? undefined : responder.certificate],
    ['signing', 'profile-signer', profileSigner.certificate],
    ['tls', 'tls', tls],
  ]
  return all.flatMap(([kind, name, certificate]) =>
    certificate === undefined ? [] : [[[kind, name], certificate.notAfter / 1000] as const],
  )
}

const hold = <T>(now: () => number, read: () => Promise<T>): (() => Promise<T>) => {
  let last: { readonly at: number; readonly value: Promise<T> } | undefined
  return () => {
    if (last === undefined || now() - last.at >= HOLD_MS) last = { at: now(), value: read() }
    return last.value
  }
}
