export {
  type Account,
  type AccountFilter,
  type AccountWithPassword,
  changeAccount,
  type ExternalIdentity,
  findAccount,
  findAccountByName,
  holdAccount,
  holdAccountByIdentity,
  insertAccount,
  linkAccount,
  listAccounts,
  type PersonalData,
  refreshAccount,
  setAccountDisabled,
  setAccountPassword,
} from './account.ts'
export {
  disableGoneAccount,
  enableGoneAccount,
  listAccountsOfSource,
  noteAccountsChecked,
  type SourcedAccount,
} from './account-source.ts'
export { findAcmeAccountKey, insertAcmeAccount } from './acme-account.ts'
export { findAcmeAnswer, putAcmeAnswer } from './acme-answer.ts'
export {
  type AcmeCertificate,
  type AcmeOrder,
  type AcmeSubject,
  completeAcmeOrder,
  deleteAcmeOrder,
  findAcmeCertificate,
  findAcmeOrder,
  insertAcmeOrder,
} from './acme-certificate.ts'
export {
  type AcmeSchedule,
  findAcmeSchedule,
  settleAcmeLease,
  takeAcmeLease,
} from './acme-schedule.ts'
export {
  type ApiTokenRecord,
  findApiToken,
  findGoodApiTokens,
  insertApiToken,
  listApiTokens,
  revokeApiToken,
  touchApiToken,
} from './api-token.ts'
export { findAuditHead, insertAudit } from './audit.ts'
export {
  findLastAuditCheckpoint,
  insertAuditCheckpoint,
  listAuditCheckpoints,
} from './audit-checkpoint.ts'
export {
  type AuditFilter,
  type AuditMoment,
  type AuditRange,
  findAuditRange,
  listAudit,
  listAuditLines,
  listAuditLinks,
} from './audit-list.ts'
export { findAuditStart, retireAuditLines } from './audit-start.ts'
export {
  type Certificate,
  findCertificate,
  findCertificateBySha256,
  findEnrollmentCertificate,
  insertIntendedCertificate,
  listCertificates,
  revokeCertificatesOf,
  revokeUnsignedCertificates,
  storeSignature,
} from './certificate.ts'
export {
  type Challenge,
  endOpenChallenges,
  findChallengeByHash,
  insertChallenge,
  spendChallenge,
} from './challenge.ts'
export {
  type Database,
  type DatabaseLocation,
  fillDatabase,
  locateDatabase,
  openDatabase,
  readConsistently,
  sqliteFile,
} from './database.ts'
export { type Device, findDevice, upsertDevice } from './device.ts'
export {
  beginDirectorySync,
  type Directory,
  deleteDirectory,
  findDirectoryByName,
  holdDirectory,
  insertDirectory,
  listDirectories,
  MOST_DIRECTORIES,
  noteDirectorySync,
  updateDirectory,
} from './directory.ts'
export {
  countEnrollmentsUnderWay,
  type Enrollment,
  type EnrollmentMove,
  findEnrollment,
  insertEnrollment,
  listEnrollmentsUnderWay,
  listExpiredEnrollments,
  moveEnrollment,
} from './enrollment.ts'
export {
  type EnrollmentFilter,
  type EnrollmentRecord,
  findEnrollmentRecord,
  listEnrollments,
} from './enrollment-record.ts'
export {
  changeFlow,
  type Flow,
  findFlow,
  findFlowByName,
  findFlowRevision,
  holdFlow,
  insertFlow,
  listFlowNames,
  listFlows,
  removeFlow,
} from './flow.ts'
export {
  deleteFlowDevice,
  deleteFlowDevices,
  findListedDevice,
  type ListedDevice,
  listDevicesOf,
  listFlowDevices,
  putFlowDevices,
} from './flow-device.ts'
export { syncFolder } from './folder.ts'
export { FUNNEL_STATES, type FunnelRow, type FunnelState, listFunnelRows } from './funnel.ts'
export {
  claimRequest,
  deleteOldRequests,
  deleteRequest,
  findRequest,
  type KeyedRequest,
  storeAnswer,
} from './idempotency.ts'
export {
  extendInvitation,
  findInvitation,
  findInvitationByHash,
  holdInvitation,
  type Invitation,
  type InvitationFilter,
  insertInvitation,
  listInvitationIdsOf,
  listInvitations,
  noteInvitationDone,
  noteInvitationOpened,
  revokeInvitation,
  setInvitationDelivery,
  spendInvitation,
} from './invitation.ts'
export { attributeEnrollment, findInvitedEnrollment } from './invited.ts'
export {
  cancelJobs,
  claimJob,
  countJobs,
  deleteOldJobs,
  findJob,
  finishJob,
  type Held,
  insertJob,
  type Job,
  postponeJob,
  releaseJob,
  renewJob,
} from './job.ts'
export { findActiveKeyPair, insertKeyPair, type KeyPair, retireKeyPair } from './key-pair.ts'
export { isMigration, listMigrationsDone } from './migration/index.ts'
export { type Move, readMove, refuseMoved, removeMove, writeMove } from './move.ts'
export {
  changeOperator,
  findOperatorByIdentity,
  findOperatorByName,
  holdOperator,
  holdOwners,
  type Identity,
  insertOperator,
  listOperators,
  noteSignIn,
  type Operator,
  type OperatorChange,
  type OperatorFilter,
  type OperatorWithPassword,
  type SignInProof,
} from './operator.ts'
export type { Page } from './page.ts'
export { erasePerson, eraseQuietEnrollments, listEnrollmentIdsOf } from './person.ts'
export { findPhase2Answer, insertPhase2Answer } from './phase2-answer.ts'
export { findNewestTime, writeProbe } from './probe.ts'
export {
  type CurrentVersion,
  countProfileVersions,
  listOutdated,
  type Outdated,
  type ProfileVersionCount,
} from './profile-version.ts'
export type { Db, Executor, TokenKind } from './schema.ts'
export {
  endAllSessions,
  endSession,
  endSessionsOf,
  findGoodSessions,
  findSession,
  insertSession,
  listSessions,
  type SessionRecord,
  touchSession,
} from './session.ts'
export {
  countSteps,
  deleteOldSteps,
  findStep,
  insertStep,
  listSteps,
  listStepsAfter,
  type Step,
  type StepFilter,
} from './step.ts'
export { listStepMarks, type StepMarkRow } from './step-mark.ts'
export {
  findLastPlace,
  findPlace,
  listSettledSteps,
  type Place,
  type PlacedStep,
  settleForeignSteps,
} from './step-order.ts'
export { type Row, readRows, readTables, type Table, writeRows } from './table.ts'
export { formatRow, summarizeTables, type TableSummary, Tally } from './table-summary.ts'
export {
  type Attempts,
  clearAttempts,
  clearAttemptsEndingIn,
  countAttempt,
  countAttempts,
  deleteOldAttempts,
  readAttempts,
} from './throttle.ts'
export {
  deleteExpiredTokens,
  deleteOldTokens,
  findTokenByHash,
  insertToken,
  revokeToken,
  revokeTokensOfKind,
  type Token,
  useSetUpLinks,
  useTokenOnce,
} from './token.ts'
export { afterCommit, transact } from './transact.ts'
export { unlessUnavailable } from './unavailable.ts'
export { findDatabaseVersion } from './version.ts'
export { isUniqueViolation } from './violation.ts'
export {
  advanceWebhook,
  changeWebhook,
  deleteWebhook,
  findWebhook,
  insertWebhook,
  listEnabledWebhooks,
  listWebhooks,
  MOST_WEBHOOKS,
  noteWebhookFailure,
  type Webhook,
  type WebhookChange,
} from './webhook.ts'
export {
  type DeliveryFilter,
  deleteOldDeliveries,
  findNextDelivery,
  insertDeliveries,
  listDeliveries,
  listDueDeliveries,
  noteDelivery,
  replayDeliveries,
  type WebhookDelivery,
} from './webhook-delivery.ts'
