import {
  type Diagnosis,
  type EnrollmentId,
  type EnrollmentState,
  readSilence,
  SILENCE_CODES,
  type SilenceCode,
  STATES_UNDER_WAY,
} from '../../model/index.ts'
import {
  type Db,
  type EnrollmentRecord,
  listEnrollmentsUnderWay,
  listStepMarks,
  type Step,
} from '../../store/index.ts'

/** What downloaded the profile last; null where nothing is known of it. */
export const downloaderOf = (steps: readonly Pick<Step, 'code' | 'detail'>[]): string | null => {
  const { userAgent } = steps.findLast(({ code }) => code === 'profile_service_sent')?.detail ?? {}
  return typeof userAgent === 'string' ? userAgent : null
}

/** What the silence of each means at `now`. Nothing is read of those whose end says it already. */
export const findSilences = async (
  db: Db,
  enrollments: readonly { readonly id: EnrollmentId; readonly state: EnrollmentState }[],
  now: number,
): Promise<ReadonlyMap<EnrollmentId, Diagnosis>> => {
  const silent = enrollments.filter(({ state }) => MAY_BE_SILENT.has(state))
  const marks = await listStepMarks(
    db,
    silent.map(({ id }) => id),
  )
  const byEnrollment = Map.groupBy(marks, ({ enrollmentId }) => enrollmentId)
  const found = new Map<EnrollmentId, Diagnosis>()
  for (const { id, state } of silent) {
    const steps = byEnrollment.get(id) ?? []
    const userAgent =
      steps.findLast(({ code }) => code === 'profile_service_sent')?.userAgent ?? null
    const diagnosis = readSilence({ state, steps, userAgent }, now)
    if (diagnosis !== undefined) found.set(id, diagnosis)
  }
  return found
}

const MAY_BE_SILENT: ReadonlySet<EnrollmentState> = new Set([...STATES_UNDER_WAY, 'expired'])

/** An enrollment of a list, with what its silence means. */
export type WatchedRecord = EnrollmentRecord & { readonly diagnosis: Diagnosis | undefined }

export const withSilences = async (
  db: Db,
  records: readonly EnrollmentRecord[],
  now: number,
): Promise<readonly WatchedRecord[]> => {
  const found = await findSilences(db, records, now)
  return records.map((record) => ({ ...record, diagnosis: found.get(record.id) }))
}

/** Enrollments that are looked at for a count: what is under way ends within the hour. */
const MOST_COUNTED = 2_000

/** How many of the newest enrollments under way are silent, by what that means at `now`. */
export const countSilences = async (
  db: Db,
  now: number,
): Promise<ReadonlyMap<SilenceCode, number>> => {
  const enrollments = await listEnrollmentsUnderWay(db, MOST_COUNTED)
  const counts = new Map<SilenceCode, number>(SILENCE_CODES.map((code) => [code, 0]))
  for (const { code } of (await findSilences(db, enrollments, now)).values()) {
    counts.set(code, (counts.get(code) ?? 0) + 1)
  }
  return counts
}
