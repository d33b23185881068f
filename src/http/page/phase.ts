import { type EnrollmentState, isEnded } from '../../model/index.ts'
import type { EnrollmentView } from '../enrollment-view.ts'

const PHASES = [
  { state: 'authenticated', label: 'Signed in' },
  { state: 'offered', label: 'Profile sent' },
  { state: 'identified', label: 'Device identified' },
  { state: 'certified', label: 'Certificate issued' },
  { state: 'configured', label: 'Configured' },
] as const satisfies readonly { readonly state: EnrollmentState; readonly label: string }[]

export interface Phase {
  readonly label: string
  readonly status: 'done' | 'current' | 'stopped' | 'ahead'
  /** Milliseconds from the start of the enrollment to the end of this phase, once it is done. */
  readonly reachedMs: number | undefined
}

/** How far an enrollment has come, read from its steps: the state alone forgets it once the enrollment ended. */
export const phasesOf = (view: EnrollmentView): readonly Phase[] => {
  const start = Date.parse(view.createdAt)
  const reached = Math.max(rank(view.state), ...view.steps.map(({ state }) => rank(state)))
  return PHASES.map(({ label }, index) => {
    const step = view.steps.find(({ state }) => rank(state) >= index)
    return {
      label,
      status: statusOf(index, reached, view.state),
      reachedMs: step && Date.parse(step.at) - start,
    }
  })
}

const statusOf = (index: number, reached: number, state: EnrollmentState): Phase['status'] => {
  if (index <= reached) return 'done'
  if (index > reached + 1) return 'ahead'
  return isEnded(state) ? 'stopped' : 'current'
}

/** The place of the phase that `state` completes; -1 for the states that complete none. */
const rank = (state: EnrollmentState | null): number =>
  state === 'managed' ? PHASES.length - 1 : PHASES.findIndex((phase) => phase.state === state)

/** Milliseconds from the start to the configuration, or to the last step of an enrollment that has not got there. */
export const durationOf = (view: EnrollmentView): number => {
  const configured = phasesOf(view).at(-1)?.reachedMs
  return (
    configured ?? Date.parse(view.steps.at(-1)?.at ?? view.createdAt) - Date.parse(view.createdAt)
  )
}
