import type { Enrollment, JournalStep, Step } from '../api-client/index.ts'
import { formatExplanation, problemOf } from './enrollment-explain.ts'
import { formatDuration, formatMoment, formatTime } from './format.ts'
import { type Paint, toOneLine } from './terminal.ts'

/** The facts of an enrollment and its timeline, for people. */
export const formatEnrollment = (enrollment: Enrollment, paint: Paint): string => {
  const { id, state, code, simulated, createdAt, steps } = enrollment
  const problem = problemOf(enrollment)
  const facts = [
    ['state', code === null ? state : `${state}: ${code}`],
    ['account', enrollment.account.name],
    ['flow', enrollment.flow === 'default' ? '' : enrollment.flow],
    ['device', formatDevice(enrollment) + (simulated ? ' (simulated)' : '')],
    ['certificate', formatCertificate(enrollment)],
    ['weak algorithms', formatWeakUses(enrollment)],
    ['begun', `${formatMoment(createdAt)} UTC, took ${formatDuration(durationOf(enrollment))}`],
  ] as const
  return [
    paint('bold', id),
    ...facts
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `  ${paint('gray', name.padEnd(15))} ${toOneLine(value)}`),
    ...(problem === null ? [] : ['', formatExplanation(problem, paint)]),
    '',
    ...steps.map((step) => formatStep(step, paint)),
  ].join('\n')
}

const formatDevice = ({ device }: Enrollment): string => {
  if (device === null) return 'not known yet'
  const { product, serialNumber, build, udid } = device
  return [product, serialNumber, build, udid].filter((fact) => fact !== null).join(', ')
}

const formatCertificate = ({ certificate }: Enrollment): string =>
  certificate === null
    ? ''
    : `${certificate.subject}, until ${formatMoment(certificate.notAfter)} UTC`

/** `SHA-1 signature ×2, 3DES envelope`. */
const formatWeakUses = ({ weakAlgorithmUses }: Enrollment): string =>
  Object.entries(weakAlgorithmUses)
    .map(([use, count]) => (count === 1 ? use : `${use} ×${count}`))
    .join(', ')

const durationOf = ({ createdAt, steps }: Enrollment): number =>
  Date.parse(steps.at(-1)?.at ?? createdAt) - Date.parse(createdAt)

/** `14:03:22.418   +840 ms  ✓ phase2_answered  The device …`, and the reason of a refusal below it. */
const formatStep = (step: Step, paint: Paint): string => {
  const { at, sinceMs, code, outcome, summary, detail } = step
  const since = sinceMs === null ? '' : `+${formatDuration(sinceMs)}`
  const mark = outcome === 'ok' ? paint('green', '✓') : paint('red', '✗')
  const time = paint('gray', `${formatTime(at)} ${since.padStart(10)}`)
  const line = `${time}  ${mark} ${code.padEnd(CODE_WIDTH)}  ${toOneLine(summary)}`
  const { reason } = detail
  return typeof reason !== 'string'
    ? line
    : `${line}\n${' '.repeat(REASON_INDENT)}${paint('red', `reason: ${toOneLine(reason)}`)}`
}

const CODE_WIDTH = 'service_certificate_issued'.length
const REASON_INDENT = 27

/** The same for a step among those of other enrollments. */
export const formatJournalStep = (step: JournalStep, paint: Paint): string =>
  `${paint('bold', step.enrollment)} ${formatStep(step, paint)}`
