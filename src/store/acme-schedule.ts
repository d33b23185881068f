import type { AcmeSubject } from './acme-certificate.ts'
import type { Executor, Schema } from './schema.ts'

/** When the CA is to be asked next, and how it went. Times in milliseconds since 1970. */
export interface AcmeSchedule {
  /** Until then one server is at it. */
  readonly heldUntil: number
  readonly nextAt: number
  /** Since the last success. */
  readonly failures: number
  readonly lastSuccessAt: number | null
  readonly lastFailure: AcmeFailure | null
}

interface AcmeFailure {
  readonly at: number
  readonly code: string
  readonly detail: string
}

export const findAcmeSchedule = async (
  db: Executor,
  { directoryUrl, host }: AcmeSubject,
): Promise<AcmeSchedule | undefined> => {
  const row = await db
    .selectFrom('acme_schedule')
    .select(COLUMNS)
    .where('directory_url', '=', directoryUrl)
    .where('host', '=', host)
    .executeTakeFirst()
  return row && toSchedule(row)
}

interface Lease {
  readonly holder: string
  readonly now: number
  readonly until: number
}

/** Takes the work of asking the CA if it is due and nobody else is at it. Of several callers one gets it. */
export const takeAcmeLease = async (
  db: Executor,
  { directoryUrl, host }: AcmeSubject,
  { holder, now, until }: Lease,
): Promise<AcmeSchedule | undefined> => {
  const row = await db
    .insertInto('acme_schedule')
    .values({
      directory_url: directoryUrl,
      host,
      holder,
      held_until: until,
      next_at: now,
      failures: 0,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['directory_url', 'host'])
        .doUpdateSet({ holder, held_until: until })
        .where('acme_schedule.held_until', '<=', now)
        .where('acme_schedule.next_at', '<=', now),
    )
    .returning(COLUMNS)
    .executeTakeFirst()
  return row && toSchedule(row)
}

/** Ends a lease and writes down how it went, if it still is the holder's. */
export const settleAcmeLease = async (
  db: Executor,
  { directoryUrl, host }: AcmeSubject,
  { holder, ...schedule }: Omit<AcmeSchedule, 'heldUntil'> & { readonly holder: string },
): Promise<void> => {
  await db
    .updateTable('acme_schedule')
    .set({
      held_until: 0,
      next_at: schedule.nextAt,
      failures: schedule.failures,
      last_success_at: schedule.lastSuccessAt,
      last_failure_at: schedule.lastFailure?.at ?? null,
      last_failure_code: schedule.lastFailure?.code ?? null,
      last_failure_detail: schedule.lastFailure?.detail ?? null,
    })
    .where('directory_url', '=', directoryUrl)
    .where('host', '=', host)
    .where('holder', '=', holder)
    .execute()
}

const COLUMNS = [
  'held_until',
  'next_at',
  'failures',
  'last_success_at',
  'last_failure_at',
  'last_failure_code',
  'last_failure_detail',
] as const satisfies readonly (keyof Schema['acme_schedule'])[]

const toSchedule = (row: Pick<Schema['acme_schedule'], (typeof COLUMNS)[number]>): AcmeSchedule => {
  const { last_failure_at: at, last_failure_code: code, last_failure_detail: detail } = row
  return {
    heldUntil: row.held_until,
    nextAt: row.next_at,
    failures: row.failures,
    lastSuccessAt: row.last_success_at,
    lastFailure: at === null || code === null ? null : { at, code, detail: detail ?? '' },
  }
}
