import { isEnded, reasonOf } from '../../model/index.ts'
import type { EnrollmentView } from '../enrollment-view.ts'

/** Whether something is still to come. */
export const isUnderWay = ({ state }: EnrollmentView): boolean =>
  !isEnded(state) && state !== 'configured' && state !== 'managed'

/** The reason code that ended this enrollment, or that keeps it from going on, or what its silence means. */
export const currentProblem = (view: EnrollmentView): string | undefined => {
  const { code, diagnosis, steps } = view
  // That time ran out says less than what was waited for.
  if (code !== null) return (code === 'timed_out' && diagnosis?.code) || code
  const last = isUnderWay(view) ? steps.at(-1) : undefined
  return last && last.outcome !== 'ok' ? reasonOf(last) : diagnosis?.code
}
