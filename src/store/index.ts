export {
  type Account,
  type AccountWithPassword,
  accountNameKey,
  findAccount,
  findAccountByName,
  insertAccount,
  listAccounts,
  setAccountDisabled,
} from './account.ts'
export { type AuditEvent, insertAudit, listAudit } from './audit.ts'
export {
  type Certificate,
  findCertificate,
  findCertificateBySha256,
  findEnrollmentCertificate,
  insertIntendedCertificate,
  listCertificates,
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
  pingDatabase,
  readConsistently,
} from './database.ts'
export { type Device, findDevice, upsertDevice } from './device.ts'
export {
  type Enrollment,
  type EnrollmentMove,
  findEnrollment,
  insertEnrollment,
  listExpiredEnrollments,
  moveEnrollment,
} from './enrollment.ts'
export {
  type EnrollmentFilter,
  type EnrollmentRecord,
  findEnrollmentRecord,
  listEnrollments,
} from './enrollment-record.ts'
export { findActiveKeyPair, insertKeyPair, type KeyPair, retireKeyPair } from './key-pair.ts'
export { isMigration, listMigrationsDone } from './migration/index.ts'
export { erasePerson, listEnrollmentIdsOf } from './person.ts'
export { findPhase2Answer, insertPhase2Answer } from './phase2-answer.ts'
export type { Db, Executor, TokenKind } from './schema.ts'
export { countSteps, insertStep, listSteps, listStepsAfter, type Step } from './step.ts'
export { type Row, readRows, readTables, type Table, writeRows } from './table.ts'
export {
  type Attempts,
  clearAttempts,
  clearAttemptsEndingIn,
  countAttempt,
  readAttempts,
} from './throttle.ts'
export {
  findTokenByHash,
  insertToken,
  revokeToken,
  revokeTokensOfKind,
  type Token,
  useTokenOnce,
} from './token.ts'
export { transact } from './transact.ts'
export { isUniqueViolation } from './violation.ts'
