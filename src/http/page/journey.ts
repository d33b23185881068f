import { isEnded, supportCodeOf } from '../../model/index.ts'
import type { EnrollmentDossier } from '../../service/enrollment/index.ts'
import type { Problem, Texts } from '../text/index.ts'
import { problemOf } from './problem.ts'

const MINUTE = 60_000
/** How long devices keep a profile that was downloaded and not installed. */
const KEPT_FOR = 8 * MINUTE

type Milestone = keyof Texts['progress']['items']
export type Mark = keyof Texts['progress']['marks']

/** How far an enrollment has come, as the person with the device sees it. */
export interface Journey {
  readonly stage: 'guide' | 'working' | 'finished' | 'over'
  readonly milestones: readonly (readonly [Milestone, Mark])[]
  /** What keeps it from going on, or has ended it. */
  readonly problem: Problem | undefined
  /** Milliseconds until the device deletes the profile, 0 once it has; undefined where it was not downloaded. */
  readonly leftMs: number | undefined
  /** Changes with every step. */
  readonly version: string
  readonly supportCode: string
}

const MILESTONES = [
  ['signedIn', 'authenticated'],
  ['downloaded', 'offered'],
  ['recognised', 'identified'],
  ['certified', 'certified'],
  ['delivered', 'configured'],
] as const

/** Reads the steps of an enrollment at `now`, milliseconds since 1970. */
export const journeyOf = ({ enrollment, steps }: EnrollmentDossier, now: number): Journey => {
  const { id, state } = enrollment
  const isOver = isEnded(state)
  const isFinished = state === 'configured' || state === 'managed'
  const told = steps.filter(({ code }) => code !== 'error_reported')
  const last = told.at(-1)
  const trouble = last !== undefined && last.outcome !== 'ok' ? reasonOf(last) : undefined
  const code = isOver ? (enrollment.code ?? state) : isFinished ? undefined : trouble
  const downloadedAt = told.findLast((step) => step.code === 'profile_service_sent')?.at
  const isWaiting = state === 'offered' && downloadedAt !== undefined
  return {
    stage: isOver
      ? 'over'
      : isFinished
        ? 'finished'
        : state === 'identified' || state === 'certified'
          ? 'working'
          : 'guide',
    milestones: marksOf(
      MILESTONES.findLastIndex(
        ([, reached]) => told.some((step) => step.state === reached) || state === reached,
      ),
      isOver,
    ),
    problem: code === undefined ? undefined : problemOf(code),
    leftMs: isWaiting ? Math.max(0, downloadedAt + KEPT_FOR - now) : undefined,
    version: `${state}-${steps.length}`,
    supportCode: supportCodeOf(id),
  }
}

const marksOf = (reached: number, isOver: boolean): Journey['milestones'] =>
  MILESTONES.map(([milestone], index) => {
    if (index <= reached) return [milestone, 'done']
    if (index > reached + 1) return [milestone, 'ahead']
    return [milestone, isOver ? 'stopped' : 'current']
  })

const reasonOf = ({ code, detail }: EnrollmentDossier['steps'][number]): string => {
  const reason = detail['reason']
  return typeof reason === 'string' ? reason : code
}
