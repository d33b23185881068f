import { setImmediate as giveWay } from 'node:timers/promises'
import { ServiceError } from '../../errors.ts'
import { type Clock, type EnrollmentId, firstId } from '../../model/index.ts'
import { type Db, type FunnelRow, listFunnelRows } from '../../store/index.ts'
import { CellCount, type FunnelCell } from './cell.ts'

export type { FunnelCell, FunnelStage } from './cell.ts'

/** Of the enrollments that began from `from` on and before `to`, milliseconds since 1970. */
export interface Funnel {
  readonly from: number
  readonly to: number
  readonly flows: readonly FlowFunnel[]
}

export interface FlowFunnel {
  readonly flow: string
  readonly total: FunnelCell
  /** By the UTC day on which they began, `2026-10-03`, the first first; days without any are left out. */
  readonly days: readonly (FunnelCell & { readonly day: string })[]
}

/** `from` and `to`: the last thirty days where they are not given. */
export type FunnelSpan = { readonly [K in 'from' | 'to']?: number | undefined }

/** How far enrollments come, where they stop, and how long each part of the way takes. */
export interface FunnelService {
  /** @throws ServiceError invalid `funnel_span` */
  read(span: FunnelSpan): Promise<Funnel>
}

interface FunnelOptions {
  readonly db: Db
  readonly clock: Clock
}

const DAY = 86_400_000
const USUAL_DAYS = 30
const MOST_DAYS = 366
/** Enrollments in a statement: a few milliseconds of work, after which others have their turn. */
const BATCH = 1_000

export const createFunnelService = ({ db, clock }: FunnelOptions): FunnelService => {
  let turn: Promise<unknown> = Promise.resolve()
  return {
    read(span) {
      const { from, to } = spanOf(span, clock.now())
      // One after another: several at once would only make each other slow.
      const funnel = turn.then(() => count(db, from, to))
      turn = funnel.catch(() => {})
      return funnel
    },
  }
}

const spanOf = ({ from, to }: FunnelSpan, now: number): { from: number; to: number } => {
  const end = to ?? now + 1
  const begin = from ?? startOfDay(end) - (USUAL_DAYS - 1) * DAY
  if (begin < end && end - begin <= MOST_DAYS * DAY) return { from: begin, to: end }
  const detail = `a funnel is of ${MOST_DAYS} days at most, and begins before it ends`
  throw new ServiceError('invalid', 'funnel_span', detail)
}

const startOfDay = (time: number): number => time - (time % DAY)

interface FlowCount {
  readonly total: CellCount
  readonly days: Map<string, CellCount>
}

const count = async (db: Db, from: number, to: number): Promise<Funnel> => {
  const flows = new Map<string, FlowCount>()
  const before = firstId('enrollment', to)
  let after: EnrollmentId | undefined = firstId('enrollment', from)
  while (after !== undefined) {
    const rows: readonly FunnelRow[] = await listFunnelRows(db, { after, before, limit: BATCH })
    for (const row of rows) add(flows, row)
    after = rows.length === BATCH ? rows.at(-1)?.id : undefined
    await giveWay()
  }
  return { from, to, flows: [...flows].map(readFlow).sort((a, b) => (a.flow < b.flow ? -1 : 1)) }
}

const add = (flows: Map<string, FlowCount>, row: FunnelRow): void => {
  const counts = flows.get(row.flow) ?? { total: new CellCount(), days: new Map() }
  flows.set(row.flow, counts)
  const day = new Date(row.createdAt).toISOString().slice(0, 10)
  const ofDay = counts.days.get(day) ?? new CellCount()
  counts.days.set(day, ofDay)
  counts.total.add(row)
  ofDay.add(row)
}

const readFlow = ([flow, { total, days }]: readonly [string, FlowCount]): FlowFunnel => ({
  flow,
  total: total.read(),
  days: [...days].map(([day, cell]) => ({ day, ...cell.read() })),
})
