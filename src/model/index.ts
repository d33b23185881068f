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
  DIRECTORY_NAME,
  DIRECTORY_SETTINGS,
  type DirectorySettings,
  type HttpSettings,
  type LdapSettings,
} from './directory.ts'
export {
  advance,
  ENROLLMENT_STATES,
  type EnrollmentEvent,
  type EnrollmentState,
  isEnded,
  STATES_UNDER_WAY,
} from './enrollment.ts'
export {
  EXPLAINED_CODES,
  EXPLANATION_OWNERS,
  explain,
  findExplanation,
  NEXT_ACTIONS,
} from './explanation/index.ts'
export {
  DEFAULT_FLOW,
  differingFields,
  FLOW_DEFAULTS,
  FLOW_FIELDS,
  FLOW_NAME,
  FLOW_REQUIREMENTS,
  FLOW_SPEC,
  type FlowRequirement,
  type FlowSpec,
} from './flow.ts'
export {
  type AccountId,
  type AcmeCertificateId,
  type CertificateId,
  type ChallengeId,
  type DeviceId,
  type DirectoryId,
  type EnrollmentId,
  type FlowId,
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
  type WebhookDeliveryId,
  type WebhookId,
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
export { isSameJson, type JsonObject, type JsonValue } from './json.ts'
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
export { SIGN_IN_METHODS, type SignInMethod } from './sign-in.ts'
export {
  type Diagnosis,
  readSilence,
  SILENCE_CODES,
  type SilenceCode,
} from './silence.ts'
export { STEP_CODES, STEP_OUTCOMES, type StepCode, type StepOutcome } from './step.ts'
export {
  describeStep,
  describeStepEvent,
  explainCode,
  reasonOf,
  STEP_EVENT_TYPE,
} from './step-event.ts'
export { parseSupportCode, supportCodeOf } from './support-code.ts'
export {
  ENROLLMENT_COLUMNS,
  FUNNEL_COLUMNS,
  funnelLines,
  STEP_COLUMNS,
} from './table-columns.ts'
