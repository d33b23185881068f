import type { GeneratedAlways, Kysely, Transaction } from 'kysely'
import type {
  AccountId,
  CertificateId,
  CertificatePurpose,
  ChallengeId,
  ChallengePurpose,
  DeviceId,
  DirectoryId,
  EnrollmentId,
  EnrollmentState,
  FlowId,
  InvitationId,
  KeyPairId,
  OperatorId,
  Role,
  SessionId,
  StepCode,
  StepId,
  StepOutcome,
  TokenId,
} from '../model/index.ts'
import type { AcmeTables } from './acme-schema.ts'
import type { AuditTables } from './audit-schema.ts'
import type { FlowTables } from './flow-schema.ts'
import type { InvitationTables } from './invitation-schema.ts'
import type { JobTables } from './job-schema.ts'
import type { WebhookTables } from './webhook-schema.ts'

/**
 * The tables as the database has them: times in milliseconds since 1970, JSON as text, booleans as 0 and 1.
 * Each is read and written by the file of its noun only, which maps its rows to values.
 */
export interface Schema
  extends AcmeTables,
    AuditTables,
    FlowTables,
    InvitationTables,
    JobTables,
    WebhookTables {
  readonly account: AccountTable
  readonly api_token: ApiTokenTable
  readonly certificate: CertificateTable
  readonly challenge: ChallengeTable
  readonly device: DeviceTable
  readonly directory: DirectoryTable
  readonly enrollment: EnrollmentTable
  readonly idempotency: IdempotencyTable
  readonly key_pair: KeyPairTable
  readonly operator: OperatorTable
  readonly phase2_answer: Phase2AnswerTable
  readonly probe: ProbeTable
  readonly session: SessionTable
  readonly step: StepTable
  readonly throttle: ThrottleTable
  readonly token: TokenTable
}

/** Outside a transaction: every statement is one of its own. */
export type Db = Kysely<Schema>

/** What a query runs on: the database, or the transaction that it is a part of. */
export type Executor = Db | Transaction<Schema>

interface AccountTable {
  id: AccountId
  name: string
  name_key: string
  full_name: string | null
  email: string | null
  password_hash: string | null
  attributes: string
  created_at: number
  disabled_at: number | null
  source: string | null
  external_id: string | null
  groups: string | null
  checked_at: number | null
  gone_at: number | null
}

interface ApiTokenTable {
  id: TokenId
  hash: string
  name: string
  operator_id: OperatorId | null
  scopes: string | null
  created_at: number
  expires_at: number | null
  used_at: number | null
  revoked_at: number | null
}

interface CertificateTable {
  id: CertificateId
  issuer: KeyPairId
  serial_number: string
  purpose: CertificatePurpose
  subject: string
  public_key_sha256: string
  sha256: string | null
  enrollment_id: EnrollmentId | null
  device_id: DeviceId | null
  challenge_id: ChallengeId | null
  tbs: Uint8Array
  signature: Uint8Array | null
  not_before: number
  not_after: number
  created_at: number
  issued_at: number | null
  revoked_at: number | null
  revoked_reason: string | null
}

interface ChallengeTable {
  id: ChallengeId
  hash: string
  purpose: ChallengePurpose
  enrollment_id: EnrollmentId | null
  device_id: DeviceId | null
  subject: string | null
  key_policy: string
  created_at: number
  expires_at: number
  spent_at: number | null
  spent_by: string | null
  certificate_id: CertificateId | null
}

interface DeviceTable {
  id: DeviceId
  udid: string
  serial_number: string | null
  product: string | null
  build: string | null
  imei: string | null
  meid: string | null
  iccid: string | null
  attributes: string
  simulated: number
  created_at: number
  updated_at: number
}

interface Phase2AnswerTable {
  enrollment_id: EnrollmentId
  answer: Uint8Array
}

interface DirectoryTable {
  id: DirectoryId
  name: string
  settings: string
  sealed_secret: Uint8Array | null
  position: number
  is_enabled: number
  created_at: number
  updated_at: number
  sync_begun_at: number | null
  sync_report: string | null
}

interface EnrollmentTable {
  id: EnrollmentId
  state: EnrollmentState
  code: string | null
  account_id: AccountId
  device_id: DeviceId | null
  invitation_id: InvitationId | null
  simulated: number
  weak_algorithms: string
  profile_version: string | null
  remote_address: string
  user_agent: string | null
  created_at: number
  updated_at: number
  expires_at: number
  flow_id: FlowId | null
}

interface IdempotencyTable {
  key: string
  request_hash: string
  created_at: number
  answer: Uint8Array | null
}

interface KeyPairTable {
  id: KeyPairId
  role: string
  certificate: Uint8Array
  sealed_private_key: Uint8Array
  created_at: number
  retired_at: number | null
}

interface ProbeTable {
  name: string
  written_at: number
}

interface OperatorTable {
  id: OperatorId
  name: string
  name_key: string
  role: Role
  password_hash: string | null
  issuer: string | null
  subject: string | null
  created_at: number
  signed_in_at: number | null
  disabled_at: number | null
}

interface SessionTable {
  id: SessionId
  hash: string
  operator_id: OperatorId
  remote_address: string
  user_agent: string | null
  created_at: number
  seen_at: number
  expires_at: number
  revoked_at: number | null
}

interface StepTable {
  position: GeneratedAlways<number>
  id: StepId
  enrollment_id: EnrollmentId
  at: number
  since_ms: number | null
  code: StepCode
  outcome: StepOutcome
  state: EnrollmentState | null
  summary: string
  detail: string
  remote_address: string | null
}

interface ThrottleTable {
  key: string
  window_start: number
  count: number
}

interface TokenTable {
  id: TokenId
  kind: TokenKind
  hash: string
  subject: string
  created_at: number
  expires_at: number
  used_at: number | null
  revoked_at: number | null
}

/**
 * What a token opens: a page once, the pages after that, the portal, an account holder's devices, the set-up of the first
 * operator, or the way back from an OpenID provider, of operators and of account holders.
 */
export type TokenKind = 'link' | 'session' | 'portal' | 'holder' | 'set-up' | 'oidc' | 'oidc-enroll'
