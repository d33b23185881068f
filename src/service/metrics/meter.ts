import type { EnrollmentState, StepCode } from '../../model/index.ts'
import { algorithmOf, type Meter } from '../journal/index.ts'
import { Counter, Histogram, type Metric } from './instrument.ts'

/** What listeners count. */
export interface HttpMeter {
  requestAnswered(request: AnsweredRequest): void
  /** A request was refused because there was too much to do. */
  requestShed(): void
}

interface AnsweredRequest {
  /** The pattern, never the path. */
  readonly route: string
  readonly method: string
  readonly status: number
  readonly seconds: number
}

/** Counts in this process's memory, from its start on. */
export interface ProcessMeter extends Meter, HttpMeter {
  /** `delivered`, `gone`, or why a receiver did not take it. */
  webhookTried(result: string): void
  readonly metrics: readonly Metric[]
}

/** Seconds: from what a cached answer takes to what nobody waits for. */
const REQUEST_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
/** Seconds between two steps: devices take some, people minutes. */
const STEP_BOUNDS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600]

/** What an enrollment has come to, once it stands there. */
const OUTCOMES: ReadonlySet<EnrollmentState> = new Set([
  'configured',
  'refused',
  'failed',
  'expired',
  'withdrawn',
])

const PROFILES: Readonly<Partial<Record<StepCode, string>>> = {
  profile_service_sent: 'profile_service',
  phase2_answered: 'identity',
  phase2_repeated: 'identity',
  phase3_answered: 'configuration',
}

/** HTTP/2 lets a client invent methods. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

export const createMeter = (): ProcessMeter => {
  const enrollments = new Counter({
    name: 'windfall_enrollments_total',
    help: 'Enrollments that have come to an outcome.',
    labels: ['outcome'],
  })
  const steps = new Counter({
    name: 'windfall_enrollment_steps_total',
    help: 'Steps of enrollments.',
    labels: ['step', 'result', 'reason'],
  })
  const stepDurations = new Histogram(
    {
      name: 'windfall_enrollment_step_duration_seconds',
      help: 'Time since the step before in the same enrollment.',
      labels: ['step'],
    },
    STEP_BOUNDS,
  )
  const profiles = new Counter({
    name: 'windfall_profiles_served_total',
    help: 'Profiles that were signed and sent.',
    labels: ['kind'],
  })
  const certificates = new Counter({
    name: 'windfall_certificates_issued_total',
    help: 'Certificates issued to devices and other clients.',
    labels: ['purpose'],
  })
  const weak = new Counter({
    name: 'windfall_crypto_legacy_total',
    help: 'Uses of algorithms that are accepted for old clients only.',
    labels: ['algorithm'],
  })
  const scep = new Counter({
    name: 'windfall_scep_requests_total',
    help: 'SCEP requests; status error: without an answer that SCEP knows.',
    labels: ['operation', 'status', 'fail_info'],
  })
  const scepDurations = new Histogram(
    {
      name: 'windfall_scep_request_duration_seconds',
      help: 'Time to answer a SCEP request, without its way through HTTP.',
      labels: ['operation'],
    },
    REQUEST_BOUNDS,
  )
  const requests = new Histogram(
    {
      name: 'http_server_request_duration_seconds',
      help: 'Time to answer a request of the public listeners.',
      labels: ['route', 'method', 'status_class'],
    },
    REQUEST_BOUNDS,
  )
  const shed = new Counter({
    name: 'windfall_overload_refusals_total',
    help: 'Requests that were refused because there was too much to do.',
  })
  const webhooks = new Counter({
    name: 'windfall_webhook_deliveries_total',
    help: 'Tries to tell somebody of an event, by how they went.',
    labels: ['result'],
  })
  const notifications = new Counter({
    name: 'windfall_notifications_total',
    help: 'Messages to account holders, by what a try to send one came to.',
    labels: ['channel', 'result'],
  })
  return {
    metrics: [
      ...[enrollments, steps, stepDurations, profiles, certificates, weak],
      ...[scep, scepDurations, requests, shed, webhooks, notifications],
    ],
    stepTaken: ({ code, outcome, state, reason = '', sinceMs }) => {
      steps.add(code, outcome, reason)
      if (sinceMs !== null) stepDurations.observe(sinceMs / 1000, code)
      if (state !== null && OUTCOMES.has(state)) enrollments.add(state)
      const kind = PROFILES[code]
      if (kind !== undefined) profiles.add(kind)
    },
    certificateIssued: (purpose) => certificates.add(purpose),
    weakAlgorithmsUsed: (uses) => {
      for (const use of uses) weak.add(algorithmOf(use))
    },
    scepAnswered: ({ operation, status, failInfo = '', seconds }) => {
      scep.add(operation, status, failInfo)
      scepDurations.observe(seconds, operation)
    },
    requestAnswered: ({ route, method, status, seconds }) => {
      const known = METHODS.has(method) ? method : 'other'
      requests.observe(seconds, route, known, `${Math.floor(status / 100)}xx`)
    },
    notified: ({ channel, result }) => notifications.add(channel, result),
    requestShed: () => shed.add(),
    webhookTried: (result) => webhooks.add(result),
  }
}
