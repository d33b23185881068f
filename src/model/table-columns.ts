import type { CsvColumns } from '../protocol/csv/index.ts'

interface EnrollmentLine {
  readonly id: string
  readonly state: string
  readonly code: string | null
  readonly diagnosis: { readonly code: string } | null
  readonly simulated: boolean
  readonly account: { readonly id: string; readonly name: string }
  readonly device: {
    readonly udid: string
    readonly serialNumber: string | null
    readonly product: string | null
    readonly build: string | null
  } | null
  readonly weakAlgorithms: readonly string[]
  readonly createdAt: string
  readonly updatedAt: string
}

/** What a CSV file of enrollments has of each, wherever it is written. */
export const ENROLLMENT_COLUMNS: CsvColumns<EnrollmentLine> = {
  id: ({ id }) => id,
  state: ({ state }) => state,
  code: ({ code }) => code,
  diagnosis: ({ diagnosis }) => diagnosis?.code ?? null,
  simulated: ({ simulated }) => simulated,
  account_id: ({ account }) => account.id,
  account: ({ account }) => account.name,
  udid: ({ device }) => device?.udid ?? null,
  serial_number: ({ device }) => device?.serialNumber ?? null,
  product: ({ device }) => device?.product ?? null,
  build: ({ device }) => device?.build ?? null,
  weak_algorithms: ({ weakAlgorithms }) => weakAlgorithms.join(' '),
  created_at: ({ createdAt }) => createdAt,
  updated_at: ({ updatedAt }) => updatedAt,
}

interface StepLine {
  readonly id: string
  readonly enrollment: string
  readonly at: string
  readonly sinceMs: number | null
  readonly code: string
  readonly outcome: string
  readonly state: string | null
  readonly explanation: { readonly code: string } | null
  readonly summary: string
  readonly remoteAddress: string | null
}

/** The same of steps. */
export const STEP_COLUMNS: CsvColumns<StepLine> = {
  id: ({ id }) => id,
  enrollment: ({ enrollment }) => enrollment,
  at: ({ at }) => at,
  since_ms: ({ sinceMs }) => sinceMs,
  step: ({ code }) => code,
  outcome: ({ outcome }) => outcome,
  state: ({ state }) => state,
  reason: ({ explanation }) => explanation?.code ?? null,
  summary: ({ summary }) => summary,
  remote_address: ({ remoteAddress }) => remoteAddress,
}

interface Stage {
  readonly state: string
  readonly reached: number
  readonly waiting: number
  readonly dropped: number
  readonly medianMs: number | null
  readonly p90Ms: number | null
  readonly reasons: readonly { readonly code: string; readonly count: number }[]
}

/** The stages of one day of one flow, or of all its days. */
interface FunnelLine extends Stage {
  readonly flow: string
  readonly day: string
}

/** The same of the funnel: a record for each stage of each day, and for all days together. */
export const FUNNEL_COLUMNS: CsvColumns<FunnelLine> = {
  flow: ({ flow }) => flow,
  day: ({ day }) => day,
  state: ({ state }) => state,
  reached: ({ reached }) => reached,
  waiting: ({ waiting }) => waiting,
  dropped: ({ dropped }) => dropped,
  median_ms: ({ medianMs }) => medianMs,
  p90_ms: ({ p90Ms }) => p90Ms,
  reasons: ({ reasons }) => reasons.map(({ code, count }) => `${code}:${count}`).join(' '),
}

interface Flows {
  readonly flows: readonly {
    readonly flow: string
    readonly total: { readonly stages: readonly Stage[] }
    readonly days: readonly { readonly day: string; readonly stages: readonly Stage[] }[]
  }[]
}

/** A funnel as such records; `all` stands for all days together. */
export const funnelLines = ({ flows }: Flows): readonly FunnelLine[] =>
  flows.flatMap(({ flow, total, days }) =>
    [{ day: 'all', ...total }, ...days].flatMap(({ day, stages }) =>
      stages.map((stage) => ({ flow, day, ...stage })),
    ),
  )
