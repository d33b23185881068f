import {
  DEFAULT_FLOW,
  type Diagnosis,
  describeStep,
  explainCode,
  type NamedConnection,
} from '../model/index.ts'
import type { EnrollmentDossier, EnrollmentService } from '../service/enrollment/index.ts'
import type { Funnel } from '../service/funnel/index.ts'
import type { EnrollmentSummary, EnrollmentView, StepView } from './enrollment-view.ts'
import type { FunnelView } from './funnel-view.ts'

type Step = EnrollmentDossier['steps'][number]
type Record = Awaited<ReturnType<EnrollmentService['find']>>[number]

export const rfc3339 = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** A connection as API and `/readyz?verbose` show it. */
export const presentConnection = ({ name, state, ...connection }: NamedConnection) => {
  const { since, lastSuccess, lastError } = connection
  return {
    ...{
      name,
      state,
      since: momentOrNull(since ?? null),
      lastSuccess: momentOrNull(lastSuccess ?? null),
    },
    lastError: lastError === undefined ? null : { at: rfc3339(lastError.at), code: lastError.code },
  }
}

/** An enrollment as pages and API show it. */
export const presentEnrollment = (dossier: EnrollmentDossier): EnrollmentView => {
  const { enrollment, account, flow, device, certificate, steps, diagnosis } = dossier
  return {
    id: enrollment.id,
    state: enrollment.state,
    code: enrollment.code,
    explanation: enrollment.code === null ? null : explainCode(enrollment.code),
    diagnosis: diagnosis === undefined ? null : presentDiagnosis(diagnosis),
    simulated: enrollment.simulated,
    account: { id: account.id, name: account.name, fullName: account.fullName },
    flow: flow ?? DEFAULT_FLOW,
    device: device === undefined ? null : presentDevice(device),
    certificate: certificate === undefined ? null : presentCertificate(certificate),
    weakAlgorithms: enrollment.weakAlgorithms,
    weakAlgorithmUses: countWeakUses(steps),
    remoteAddress: enrollment.remoteAddress,
    createdAt: rfc3339(enrollment.createdAt),
    updatedAt: rfc3339(enrollment.updatedAt),
    expiresAt: rfc3339(enrollment.expiresAt),
    steps: steps.map(presentStep),
  }
}

const presentDiagnosis = ({ code, since }: Diagnosis): EnrollmentView['diagnosis'] => ({
  code,
  since: rfc3339(since),
  explanation: explainCode(code),
})

const countWeakUses = (steps: readonly Step[]): EnrollmentView['weakAlgorithmUses'] => {
  const uses = new Map<string, number>()
  for (const { detail } of steps) {
    const { weakAlgorithms } = detail
    if (!Array.isArray(weakAlgorithms)) continue
    for (const use of weakAlgorithms.map(String)) uses.set(use, (uses.get(use) ?? 0) + 1)
  }
  return Object.fromEntries(uses)
}

const presentDevice = (
  device: NonNullable<EnrollmentDossier['device']>,
): EnrollmentView['device'] => ({
  id: device.id,
  udid: device.udid,
  serialNumber: device.serialNumber,
  product: device.product,
  build: device.build,
  imei: device.imei,
  meid: device.meid,
  iccid: device.iccid,
})

const presentCertificate = (
  certificate: NonNullable<EnrollmentDossier['certificate']>,
): EnrollmentView['certificate'] => ({
  id: certificate.id,
  serialNumber: certificate.serialNumber,
  sha256: certificate.sha256 ?? '',
  subject: certificate.subject,
  notBefore: rfc3339(certificate.notBefore),
  notAfter: rfc3339(certificate.notAfter),
})

export const presentStep = (step: Step): StepView => describeStep(step)

export const presentSummary = (record: Record): EnrollmentSummary => ({
  id: record.id,
  state: record.state,
  code: record.code,
  simulated: record.simulated,
  account: { id: record.account.id, name: record.account.name },
  flow: record.flow ?? DEFAULT_FLOW,
  device: record.device && {
    udid: record.device.udid,
    serialNumber: record.device.serialNumber,
    product: record.device.product,
    build: record.device.build,
  },
  diagnosis: record.diagnosis === undefined ? null : presentDiagnosis(record.diagnosis),
  weakAlgorithms: record.weakAlgorithms,
  createdAt: rfc3339(record.createdAt),
  updatedAt: rfc3339(record.updatedAt),
})

export const presentFunnel = ({ from, to, flows }: Funnel): FunnelView => ({
  from: rfc3339(from),
  to: rfc3339(to),
  flows,
})

export const momentOrNull = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : rfc3339(milliseconds)
