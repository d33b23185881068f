export {
  AUDIT_ACTORS,
  type AuditActor,
  type AuditCheckpoint,
  type AuditEntry,
  type AuditLine,
  type AuditLink,
  auditActor,
  EMPTY_CHAIN,
  encodeAuditEntry,
  hashAuditLink,
  toAsciiJson,
} from './audit.ts'
export { type Clock, systemClock } from './clock.ts'
export { type Connection, failed, type NamedConnection, succeeded, UNTRIED } from './connection.ts'
export {
  advance,
  ENROLLMENT_STATES,
  type EnrollmentEvent,
  type EnrollmentState,
  isEnded,
  STATES_UNDER_WAY,
} from './enrollment.ts'
export {
  type AccountId,
  type AcmeCertificateId,
  type CertificateId,
  type ChallengeId,
  type DeviceId,
  type EnrollmentId,
  firstId,
  type Id,
  type InvitationId,
  idPattern,
  type JobId,
  type KeyPairId,
  type Noun,
  newId,
  type OperatorId,
  parseId,
  type SessionId,
  type StepId,
  type TokenId,
  timeOfId,
} from './id.ts'
export {
  type Delivery,
  INVITATION_CHANNELS,
  INVITATION_STATES,
  type InvitationChannel,
  type InvitationState,
  invitationState,
} from './invitation.ts'
export { JOB_STATES, type JobOutcome, type JobState, retryDelay } from './job.ts'
export type { JsonObject, JsonValue } from './json.ts'
export { LANGUAGES, type Language, parseLanguage } from './language.ts'
export { CLOCK_SKEW, isAlive } from './life.ts'
export { nameKey } from './name-key.ts'
export { meetsMinimum, osVersionOf, platformOf } from './os-build.ts'
export type { Platform } from './os-release.ts'
export { compareVersions, formatVersion, parseVersion, type Version } from './os-version.ts'
export type {
  CertificatePurpose,
  ChallengePurpose,
} from './purpose.ts'
export { PERMISSIONS, type Permission, permissionsOf, ROLES, type Role, SCOPES } from './role.ts'
export { STEP_CODES, STEP_OUTCOMES, type StepCode, type StepOutcome } from './step.ts'
