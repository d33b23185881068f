import type { AuditLine, NamedConnection } from '../model/index.ts'
import type { AccountService } from '../service/account/index.ts'
import type { Backup } from '../service/backup/index.ts'
import type { EnrollmentDossier, EnrollmentService } from '../service/enrollment/index.ts'
import type { ApiTokenService, OperatorService, SessionService } from '../service/operator/index.ts'
import type { EnrollmentSummary, EnrollmentView, StepView } from './enrollment-view.ts'

type Step = EnrollmentDossier['steps'][number]
type Record = Awaited<ReturnType<EnrollmentService['find']>>[number]

const rfc3339 = (milliseconds: number): string => new Date(milliseconds).toISOString()

const orNull = (milliseconds: number | undefined): string | null =>
  milliseconds === undefined ? null : rfc3339(milliseconds)

/** A connection as API and `/readyz?verbose` show it. */
export const presentConnection = ({ name, state, ...connection }: NamedConnection) => {
  const { since, lastSuccess, lastError } = connection
  return {
    ...{ name, state, since: orNull(since), lastSuccess: orNull(lastSuccess) },
    lastError: lastError === undefined ? null : { at: rfc3339(lastError.at), code: lastError.code },
  }
}

/** An enrollment as pages and API show it. */
export const presentEnrollment = (dossier: EnrollmentDossier): EnrollmentView => {
  const { enrollment, account, device, certificate, steps } = dossier
  return {
    id: enrollment.id,
    state: enrollment.state,
    code: enrollment.code,
    simulated: enrollment.simulated,
    account: { id: account.id, name: account.name, fullName: account.fullName },
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

export const presentStep = (step: Step): StepView => ({
  id: step.id,
  at: rfc3339(step.at),
  sinceMs: step.sinceMs,
  code: step.code,
  outcome: step.outcome,
  state: step.state,
  summary: step.summary,
  remoteAddress: step.remoteAddress,
  detail: step.detail,
})

export const presentSummary = (record: Record): EnrollmentSummary => ({
  id: record.id,
  state: record.state,
  code: record.code,
  simulated: record.simulated,
  account: { id: record.account.id, name: record.account.name },
  device: record.device && {
    udid: record.device.udid,
    serialNumber: record.device.serialNumber,
    product: record.device.product,
    build: record.device.build,
  },
  weakAlgorithms: record.weakAlgorithms,
  createdAt: rfc3339(record.createdAt),
  updatedAt: rfc3339(record.updatedAt),
})

/** An account holder as the API shows one: everything but the password. */
export const presentAccount = (account: Awaited<ReturnType<AccountService['add']>>) => ({
  id: account.id,
  name: account.name,
  fullName: account.fullName,
  email: account.email,
  attributes: account.attributes,
  createdAt: rfc3339(account.createdAt),
  disabledAt: momentOrNull(account.disabledAt),
})

/** All that is kept of one person, and nothing that opens anything. */
export const presentPerson = (
  account: Awaited<ReturnType<AccountService['add']>>,
  dossiers: readonly EnrollmentDossier[],
) => ({
  account: presentAccount(account),
  enrollments: dossiers.map((dossier) => ({
    ...presentEnrollment(dossier),
    userAgent: dossier.enrollment.userAgent,
    deviceAttributes: dossier.device?.attributes ?? null,
  })),
})

type Operator = Awaited<ReturnType<OperatorService['list']>>[number]

export const presentOperator = (operator: Operator) => ({
  id: operator.id,
  name: operator.name,
  role: operator.role,
  identity: operator.identity,
  createdAt: rfc3339(operator.createdAt),
  signedInAt: momentOrNull(operator.signedInAt),
  disabledAt: momentOrNull(operator.disabledAt),
})

type Session = Awaited<ReturnType<SessionService['list']>>[number]

/** A session, and whether it is the one that asks. */
export const presentSession = (session: Session, current: string | undefined) => ({
  id: session.id,
  operator: { id: session.operatorId, name: session.operator.name },
  current: session.id === current,
  remoteAddress: session.remoteAddress,
  userAgent: session.userAgent,
  createdAt: rfc3339(session.createdAt),
  seenAt: rfc3339(session.seenAt),
  expiresAt: rfc3339(session.expiresAt),
})

type ApiToken = Awaited<ReturnType<ApiTokenService['list']>>[number]

/** A token without its secret. `scopes` is null where it may do everything. */
export const presentApiToken = (token: ApiToken) => ({
  id: token.id,
  name: token.name,
  operator: token.operatorId,
  scopes: token.scopes,
  createdAt: rfc3339(token.createdAt),
  expiresAt: momentOrNull(token.expiresAt),
  usedAt: momentOrNull(token.usedAt),
})

const momentOrNull = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : rfc3339(milliseconds)
/** A line of the audit with its place in the chain. docs/audit.md relies on the names of the members. */
export const presentAuditLine = (line: AuditLine) => ({ ...line, at: rfc3339(line.at) })

export const presentBackup = ({ file, takenAt, tables }: Backup) => ({
  file,
  takenAt: rfc3339(takenAt),
  tables,
})
