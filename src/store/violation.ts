import { DatabaseError } from 'pg'

/** The unique indexes that a query can run into, named after their table and columns. */
type UniqueIndex =
  | 'account_name_key'
  | 'account_source_external_id'
  | 'api_token_hash'
  | 'certificate_issuer_serial_number'
  | 'certificate_sha256'
  | 'challenge_hash'
  | 'directory_name'
  | 'flow_name_key'
  | 'key_pair_role'
  | 'operator_issuer_subject'
  | 'operator_name_key'
  | 'session_hash'
  | 'token_hash'

/** Whether `error` says that a row would have been there twice: by `index`, or by any. */
export const isUniqueViolation = (error: unknown, index?: UniqueIndex): boolean => {
  const violated = violatedIndex(error)
  return violated !== undefined && (index === undefined || violated === index)
}

const violatedIndex = (error: unknown): string | undefined => {
  if (error instanceof DatabaseError) {
    return error.code === '23505' ? error.constraint : undefined
  }
  // SQLite names the columns only: `UNIQUE constraint failed: certificate.issuer, certificate.serial_number`.
  const columns = error instanceof Error ? SQLITE_MESSAGE.exec(error.message)?.[1] : undefined
  return columns?.replace('.', '_').replaceAll(/, \w+\./g, '_')
}

const SQLITE_MESSAGE = /^UNIQUE constraint failed: (.+)$/
