// Made of docs/openapi.json by `npm run docs:openapi`.
import { z } from 'zod'
import { type CallOptions, expect, oneOf, type Send, withQuery } from './call.ts'

const ENROLLMENT_STATE = oneOf<
  | 'invited'
  | 'authenticated'
  | 'offered'
  | 'identified'
  | 'certified'
  | 'configured'
  | 'managed'
  | 'refused'
  | 'failed'
  | 'expired'
  | 'withdrawn'
>()

/** @public */
export type EnrollmentState = z.output<typeof ENROLLMENT_STATE>

const ENROLLMENT_SUMMARY = z.object({
  id: z.string(),
  state: ENROLLMENT_STATE,
  /** Why it ended, for the states `refused`, `failed`, `expired` and `withdrawn`. */
  code: z.string().nullable(),
  simulated: z.boolean(),
  account: z.object({
    id: z.string(),
    name: z.string(),
  }),
  device: z
    .object({
      udid: z.string(),
      serialNumber: z.string().nullable(),
      product: z.string().nullable(),
      /** The build of the operating system, e.g. `22A380`. */
      build: z.string().nullable(),
    })
    .nullable(),
  /** Algorithms of the device's messages that are accepted for old clients only, e.g. `SHA-1`. */
  weakAlgorithms: z.array(z.string()).readonly(),
  createdAt: z.string(),
  updatedAt: z.string(),
})

/** @public */
export type EnrollmentSummary = z.output<typeof ENROLLMENT_SUMMARY>

const PAGE = z.object({
  hasMore: z.boolean(),
  /** The `cursor` of the next page; null on the last one. */
  nextCursor: z.string().nullable(),
})

/** Where in its list a page stands. @public */
export type Page = z.output<typeof PAGE>

const ENROLLMENT_PAGE = z.object({
  data: z.array(ENROLLMENT_SUMMARY).readonly(),
  page: PAGE,
})

/** @public */
export type EnrollmentPage = z.output<typeof ENROLLMENT_PAGE>

const DEVICE = z.object({
  id: z.string(),
  udid: z.string(),
  serialNumber: z.string().nullable(),
  product: z.string().nullable(),
  /** The build of the operating system, e.g. `22A380`. */
  build: z.string().nullable(),
  imei: z.string().nullable(),
  meid: z.string().nullable(),
  iccid: z.string().nullable(),
})

/** @public */
export type Device = z.output<typeof DEVICE>

const CERTIFICATE = z.object({
  id: z.string(),
  serialNumber: z.string(),
  sha256: z.string(),
  subject: z.string(),
  notBefore: z.string(),
  notAfter: z.string(),
})

/** The identity that SCEP gave the device. @public */
export type Certificate = z.output<typeof CERTIFICATE>

const STEP_CODE = oneOf<
  | 'invited'
  | 'invitation_sent'
  | 'invitation_failed'
  | 'invitation_opened'
  | 'signed_in'
  | 'profile_service_sent'
  | 'phase2_answered'
  | 'phase2_repeated'
  | 'phase2_refused'
  | 'get_ca_cert'
  | 'get_ca_caps'
  | 'certificate_issued'
  | 'certificate_repeated'
  | 'scep_refused'
  | 'phase3_answered'
  | 'phase3_redirected'
  | 'phase3_refused'
  | 'service_certificate_issued'
  | 'expired'
  | 'withdrawn'
>()

/** @public */
export type StepCode = z.output<typeof STEP_CODE>

const STEP_OUTCOME = oneOf<'ok' | 'refused' | 'failed'>()

/** @public */
export type StepOutcome = z.output<typeof STEP_OUTCOME>

const JSON_VALUE = z.json()

/** @public */
export type JsonValue = z.output<typeof JSON_VALUE>

const STEP = z.object({
  id: z.string(),
  at: z.string(),
  /** Milliseconds since the step before; null for the first one. */
  sinceMs: z.number().nullable(),
  code: STEP_CODE,
  outcome: STEP_OUTCOME,
  /** The state that the enrollment moved to; null where it stayed. */
  state: ENROLLMENT_STATE.nullable(),
  summary: z.string(),
  remoteAddress: z.string().nullable(),
  /** The decoded message, without secrets. A step that is not `ok` carries its reason code as `reason`. */
  detail: z.record(z.string(), JSON_VALUE),
})

/** One timestamped event of an enrollment. Steps never change. @public */
export type Step = z.output<typeof STEP>

const ENROLLMENT = z.object({
  id: z.string(),
  state: ENROLLMENT_STATE,
  /** Why it ended, for the states `refused`, `failed`, `expired` and `withdrawn`. */
  code: z.string().nullable(),
  simulated: z.boolean(),
  account: z.object({
    id: z.string(),
    name: z.string(),
    fullName: z.string().nullable(),
  }),
  device: DEVICE.nullable(),
  certificate: CERTIFICATE.nullable(),
  /** Algorithms of the device's messages that are accepted for old clients only, e.g. `SHA-1`. */
  weakAlgorithms: z.array(z.string()).readonly(),
  /** How often each was used, and for what, e.g. `SHA-1 signature`: 2. */
  weakAlgorithmUses: z.record(z.string(), z.number()),
  remoteAddress: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  expiresAt: z.string(),
  /** In the order in which they happened. */
  steps: z.array(STEP).readonly(),
})

/** One device of one account holder, from sign-in to configuration. @public */
export type Enrollment = z.output<typeof ENROLLMENT>

const JOURNAL_STEP = z.object({
  id: z.string(),
  at: z.string(),
  /** Milliseconds since the step before; null for the first one. */
  sinceMs: z.number().nullable(),
  code: STEP_CODE,
  outcome: STEP_OUTCOME,
  /** The state that the enrollment moved to; null where it stayed. */
  state: ENROLLMENT_STATE.nullable(),
  summary: z.string(),
  remoteAddress: z.string().nullable(),
  /** The decoded message, without secrets. A step that is not `ok` carries its reason code as `reason`. */
  detail: z.record(z.string(), JSON_VALUE),
  enrollment: z.string(),
})

/** A step of any enrollment. @public */
export type JournalStep = z.output<typeof JOURNAL_STEP>

const STEP_PAGE = z.object({
  data: z.array(JOURNAL_STEP).readonly(),
  page: PAGE,
})

/** @public */
export type StepPage = z.output<typeof STEP_PAGE>

const ACCOUNT = z.object({
  id: z.string(),
  name: z.string(),
  fullName: z.string().nullable(),
  email: z.string().nullable(),
  /** Values for `{{account.NAME}}` in profiles. */
  attributes: z.record(z.string(), z.string()),
  createdAt: z.string(),
  disabledAt: z.string().nullable(),
  /** Whether they can sign in with one. */
  hasPassword: z.boolean(),
})

/** An account holder: someone who enrolls devices. @public */
export type Account = z.output<typeof ACCOUNT>

const ACCOUNT_PAGE = z.object({
  data: z.array(ACCOUNT).readonly(),
  page: PAGE,
})

/** @public */
export type AccountPage = z.output<typeof ACCOUNT_PAGE>

const KEPT_ENROLLMENT = z.object({
  id: z.string(),
  state: ENROLLMENT_STATE,
  /** Why it ended, for the states `refused`, `failed`, `expired` and `withdrawn`. */
  code: z.string().nullable(),
  simulated: z.boolean(),
  account: z.object({
    id: z.string(),
    name: z.string(),
    fullName: z.string().nullable(),
  }),
  device: DEVICE.nullable(),
  certificate: CERTIFICATE.nullable(),
  /** Algorithms of the device's messages that are accepted for old clients only, e.g. `SHA-1`. */
  weakAlgorithms: z.array(z.string()).readonly(),
  /** How often each was used, and for what, e.g. `SHA-1 signature`: 2. */
  weakAlgorithmUses: z.record(z.string(), z.number()),
  remoteAddress: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  expiresAt: z.string(),
  /** In the order in which they happened. */
  steps: z.array(STEP).readonly(),
  userAgent: z.string().nullable(),
  /** What the device said of itself. */
  deviceAttributes: z.record(z.string(), JSON_VALUE).nullable(),
})

/** @public */
export type KeptEnrollment = z.output<typeof KEPT_ENROLLMENT>

const INVITATION = z.object({
  id: z.string(),
  /** The last thing that happened. `sent`: a mail server or SMS gateway took the message, or there is none; `unsent`: it was given up. */
  state: oneOf<
    'waiting' | 'unsent' | 'sent' | 'opened' | 'started' | 'done' | 'expired' | 'revoked'
  >(),
  account: z.object({
    id: z.string(),
    name: z.string(),
    fullName: z.string().nullable(),
  }),
  flow: z.string(),
  /** The group, or an id shared by all that were made at once; null for a single one. */
  batch: z.string().nullable(),
  channel: oneOf<'mail' | 'sms' | 'link'>(),
  language: oneOf<'en' | 'de' | 'fr' | 'es' | 'ja' | 'ar'>(),
  /** How many enrollments may be begun with it. */
  usesAllowed: z.number(),
  uses: z.number(),
  /** Why the last try to send the message did not succeed. */
  deliveryCode: z.string().nullable(),
  createdAt: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullable(),
  sentAt: z.string().nullable(),
  openedAt: z.string().nullable(),
  startedAt: z.string().nullable(),
  /** When the first device was configured that was enrolled with it. */
  doneAt: z.string().nullable(),
})

/** Somebody was asked to enroll a device. @public */
export type Invitation = z.output<typeof INVITATION>

const PERSON = z.object({
  account: ACCOUNT,
  enrollments: z.array(KEPT_ENROLLMENT).readonly(),
  invitations: z.array(INVITATION).readonly(),
})

/** All that is kept of one person, and nothing that opens anything. @public */
export type Person = z.output<typeof PERSON>

const IMPORTED_ACCOUNT = z.object({
  name: z.string(),
  outcome: oneOf<'added' | 'changed' | 'same' | 'kept' | 'refused'>(),
  fault: z
    .object({
      code: z.string(),
      detail: z.string(),
    })
    .nullable(),
})

/** What became of one of the list. @public */
export type ImportedAccount = z.output<typeof IMPORTED_ACCOUNT>

const ACCOUNTS_IMPORTED = z.object({
  /** In the order of the list. */
  results: z.array(IMPORTED_ACCOUNT).readonly(),
})

/** @public */
export type AccountsImported = z.output<typeof ACCOUNTS_IMPORTED>

const INVITATION_PAGE = z.object({
  data: z.array(INVITATION).readonly(),
  page: PAGE,
})

/** @public */
export type InvitationPage = z.output<typeof INVITATION_PAGE>

const INVITED_ACCOUNT = z.object({
  name: z.string(),
  invitation: INVITATION.nullable(),
  fault: z
    .object({
      code: z.string(),
      detail: z.string(),
    })
    .nullable(),
})

/** An invitation, or why there is none. @public */
export type InvitedAccount = z.output<typeof INVITED_ACCOUNT>

const ACCOUNTS_INVITED = z.object({
  results: z.array(INVITED_ACCOUNT).readonly(),
})

/** @public */
export type AccountsInvited = z.output<typeof ACCOUNTS_INVITED>

const INVITATION_LINK = z.object({
  /** Whoever has it has the invitation. */
  url: z.string(),
  /** SVG. */
  qrCode: z.string(),
  /** A page to print, HTML, A4. */
  poster: z.string(),
})

/** @public */
export type InvitationLink = z.output<typeof INVITATION_LINK>

const REMINDED = z.object({
  resent: z.number(),
  refused: z.number(),
})

/** How many were sent again, and how many could not be. @public */
export type Reminded = z.output<typeof REMINDED>

const AUDIT_ACTOR_KIND = oneOf<
  'owner' | 'operator' | 'token' | 'account' | 'device' | 'stranger' | 'system'
>()

/** @public */
export type AuditActorKind = z.output<typeof AUDIT_ACTOR_KIND>

const AUDIT_LINE = z.object({
  seq: z.number(),
  at: z.string(),
  actor: z.object({
    kind: AUDIT_ACTOR_KIND,
    id: z.string().nullable(),
  }),
  action: z.string(),
  subject: z.string().nullable(),
  outcome: z.string(),
  code: z.string().nullable(),
  reason: z.string().nullable(),
  before: z.record(z.string(), JSON_VALUE).nullable(),
  after: z.record(z.string(), JSON_VALUE).nullable(),
  detail: z.record(z.string(), JSON_VALUE),
  remoteAddress: z.string().nullable(),
  requestId: z.string().nullable(),
  previousHash: z.string(),
  hash: z.string(),
})

/** What was done or refused, and its place in the chain. @public */
export type AuditLine = z.output<typeof AUDIT_LINE>

const AUDIT_PAGE = z.object({
  data: z.array(AUDIT_LINE).readonly(),
  page: PAGE,
})

/** @public */
export type AuditPage = z.output<typeof AUDIT_PAGE>

const AUDIT_EXPORT = z.object({
  /** The line before the first one of the piece. */
  after: z.number(),
  /** The last line of the piece. */
  upTo: z.number(),
  checkpoint: z.object({
    seq: z.number(),
    /** Milliseconds since 1970. */
    at: z.number(),
    hash: z.string(),
    mac: z.string(),
  }),
})

/** A piece of the chain, and a checkpoint of its end. @public */
export type AuditExport = z.output<typeof AUDIT_EXPORT>

const AUDIT_VERDICT = z.object({
  /** How many lines were looked at. */
  lines: z.number(),
  /** How many checkpoints of them agree. */
  checkpoints: z.number(),
  /** The last line up to which all is good. */
  seq: z.number(),
  /** False where there are lines behind it. */
  isComplete: z.boolean(),
  /** What is wrong with the first line that is not good. */
  fault: z
    .object({
      seq: z.number(),
      kind: z.string(),
      detail: z.string(),
    })
    .nullable(),
})

/** @public */
export type AuditVerdict = z.output<typeof AUDIT_VERDICT>

const ROLE = oneOf<'owner' | 'administrator' | 'helpdesk' | 'auditor'>()

/** @public */
export type Role = z.output<typeof ROLE>

const IDENTITY = z.object({
  issuer: z.string(),
  subject: z.string(),
})

/** Somebody as an OpenID provider knows them. @public */
export type Identity = z.output<typeof IDENTITY>

const OPERATOR = z.object({
  id: z.string(),
  name: z.string(),
  role: ROLE,
  identity: IDENTITY.nullable(),
  createdAt: z.string(),
  signedInAt: z.string().nullable(),
  disabledAt: z.string().nullable(),
})

/** Someone who runs windfall. @public */
export type Operator = z.output<typeof OPERATOR>

const OPERATOR_PAGE = z.object({
  data: z.array(OPERATOR).readonly(),
  page: PAGE,
})

/** @public */
export type OperatorPage = z.output<typeof OPERATOR_PAGE>

const SESSION = z.object({
  id: z.string(),
  operator: z.object({
    id: z.string(),
    name: z.string(),
  }),
  /** Whether the request came with it. */
  current: z.boolean(),
  remoteAddress: z.string(),
  userAgent: z.string().nullable(),
  createdAt: z.string(),
  seenAt: z.string(),
  expiresAt: z.string(),
})

/** What an operator who signed in is known by. @public */
export type Session = z.output<typeof SESSION>

const SESSION_PAGE = z.object({
  data: z.array(SESSION).readonly(),
  page: PAGE,
})

/** @public */
export type SessionPage = z.output<typeof SESSION_PAGE>

const PERMISSION = oneOf<
  | 'enrollment.read'
  | 'link.create'
  | 'account.read'
  | 'account.write'
  | 'account.erase'
  | 'invitation.read'
  | 'invitation.write'
  | 'audit.read'
  | 'diagnosis.read'
  | 'operator.read'
  | 'operator.write'
  | 'session.own'
  | 'session.all'
  | 'token.own'
  | 'token.all'
>()

/** @public */
export type Permission = z.output<typeof PERMISSION>

const TOKEN = z.object({
  id: z.string(),
  name: z.string(),
  /** Who made it; null: the owner of the data. */
  operator: z.string().nullable(),
  /** Null where it may do everything. */
  scopes: z.array(PERMISSION).readonly().nullable(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  usedAt: z.string().nullable(),
})

/** What programs are let in with. @public */
export type Token = z.output<typeof TOKEN>

const TOKEN_PAGE = z.object({
  data: z.array(TOKEN).readonly(),
  page: PAGE,
})

/** @public */
export type TokenPage = z.output<typeof TOKEN_PAGE>

const MADE_TOKEN = z.object({
  id: z.string(),
  name: z.string(),
  /** Who made it; null: the owner of the data. */
  operator: z.string().nullable(),
  /** Null where it may do everything. */
  scopes: z.array(PERMISSION).readonly().nullable(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  usedAt: z.string().nullable(),
  /** Said this once. */
  secret: z.string(),
})

/** A token that was just made. @public */
export type MadeToken = z.output<typeof MADE_TOKEN>

const LINK = z.object({
  url: z.string(),
  expiresAt: z.string(),
})

/** A link that works once. @public */
export type Link = z.output<typeof LINK>

const FINDING = z.object({
  /** What was looked at. */
  name: z.string(),
  state: oneOf<'ok' | 'warning' | 'failed'>(),
  seen: z.string(),
  /** What to do; null where there is nothing to do. */
  fix: z.string().nullable(),
})

/** @public */
export type Finding = z.output<typeof FINDING>

const CONNECTION = z.object({
  /** What lies elsewhere: `database`, `acme`, `oidc`, `mail`, `sms`. */
  name: z.string(),
  state: oneOf<'untried' | 'up' | 'down'>(),
  /** When that state began; null: it is not known. */
  since: z.string().nullable(),
  lastSuccess: z.string().nullable(),
  lastError: z
    .object({
      at: z.string(),
      code: z.string(),
    })
    .nullable(),
})

/** How it goes with something that may be away. @public */
export type Connection = z.output<typeof CONNECTION>

const DIAGNOSIS = z.object({
  publicUrl: z.string(),
  listen: z.object({
    host: z.string(),
    port: z.number(),
    isPlain: z.boolean(),
  }),
  findings: z.array(FINDING).readonly(),
  connections: z.array(CONNECTION).readonly(),
})

/** What the server knows of itself. @public */
export type Diagnosis = z.output<typeof DIAGNOSIS>

const BACKUP = z.object({
  file: z.string(),
  takenAt: z.string(),
  tables: z
    .array(
      z.object({
        table: z.string(),
        rows: z.number(),
      }),
    )
    .readonly(),
})

/** A backup that was written. @public */
export type Backup = z.output<typeof BACKUP>

const STEP_EVENT = z.object({
  id: z.string(),
  type: z.literal('enrollment.step'),
  time: z.string(),
  subject: z.string(),
  data: JOURNAL_STEP,
})

/** What an event of `GET /api/v1/events` has as its data. @public */
export type StepEvent = z.output<typeof STEP_EVENT>

/** @public */
export interface NewAccount {
  /** Without the white space at its ends. */
  readonly name: string
  readonly password?: string | undefined
  readonly fullName?: string | undefined
  readonly email?: string | undefined
  readonly attributes?: Readonly<Record<string, string>> | undefined
}

/** What is not said stays as it is; null: it is no longer known. @public */
export interface AccountChange {
  readonly fullName?: string | null | undefined
  readonly email?: string | null | undefined
  readonly attributes?: Readonly<Record<string, string>> | undefined
  readonly reason?: string | undefined
}

/** @public */
export interface Reason {
  readonly reason?: string | undefined
}

/** @public */
export interface NewAccountPassword {
  readonly password: string
  readonly reason?: string | undefined
}

/** What is not said stays as it is; null: it is not, or no longer, known. @public */
export interface ListedAccount {
  /** Without the white space at its ends. */
  readonly name: string
  /** For whom the list adds. */
  readonly password?: string | undefined
  readonly fullName?: string | null | undefined
  readonly email?: string | null | undefined
  readonly attributes?: Readonly<Record<string, string | null>> | undefined
}

/** @public */
export interface AccountImport {
  readonly accounts: readonly ListedAccount[]
  /** What becomes of those who are there already. */
  readonly existing?: 'keep' | 'change' | undefined
  /** Nothing is done, and what would be is told. */
  readonly trial?: boolean | undefined
}

/** @public */
export interface NewInvitation {
  /** Without the white space at its ends. */
  readonly account: string
  /** How it is sent; `link`: by nobody, its link is asked for and handed over. */
  readonly channel: 'mail' | 'sms' | 'link'
  /** Of the message; else the attribute `language` of the account, else English. */
  readonly language?: 'en' | 'de' | 'fr' | 'es' | 'ja' | 'ar' | undefined
  readonly flow?: string | undefined
  /** How long it is good. */
  readonly days?: number | undefined
  /** How many enrollments may be begun with it. */
  readonly uses?: number | undefined
}

/** Either `accounts` or `group`. @public */
export interface NewInvitations {
  readonly accounts?: readonly string[] | undefined
  /** Everybody with that value of an attribute, `department=Sales`, or with that word in the attribute `groups`. */
  readonly group?: string | undefined
  /** How it is sent; `link`: by nobody, its link is asked for and handed over. */
  readonly channel: 'mail' | 'sms' | 'link'
  /** Of the message; else the attribute `language` of the account, else English. */
  readonly language?: 'en' | 'de' | 'fr' | 'es' | 'ja' | 'ar' | undefined
  readonly flow?: string | undefined
  /** How long it is good. */
  readonly days?: number | undefined
  /** How many enrollments may be begun with it. */
  readonly uses?: number | undefined
}

/** @public */
export interface Reminder {
  readonly batch?: string | undefined
  readonly reason?: string | undefined
}

/** @public */
export interface AuditTimes {
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** @public */
export interface NewIdentity {
  /** Else the configured one. */
  readonly issuer?: string | undefined
  readonly subject: string
}

/** With a password, an identity, or both. @public */
export interface NewOperator {
  /** Without the white space at its ends. */
  readonly name: string
  readonly password?: string | undefined
  readonly identity?: NewIdentity | undefined
  readonly role: Role
}

/** @public */
export interface NewRole {
  readonly role: Role
}

/** @public */
export interface NewPassword {
  readonly password: string
}

/** @public */
export type Scope =
  | 'enrollment.read'
  | 'link.create'
  | 'account.read'
  | 'account.write'
  | 'account.erase'
  | 'invitation.read'
  | 'invitation.write'
  | 'audit.read'
  | 'diagnosis.read'
  | 'operator.read'
  | 'operator.write'
  | 'session.own'
  | 'session.all'

/** @public */
export interface NewToken {
  /** Without the white space at its ends. */
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly days?: number | undefined
}

/** @public */
export interface NewLink {
  /** The enrollment to look at; without it, all of them. */
  readonly enrollment?: string | undefined
}

/** @public */
export interface NewBackup {
  readonly file: string
  readonly passphrase: string
}

/** @public */
export interface ListEnrollmentsQuery {
  /** How many items a page has at most. */
  readonly limit?: number | undefined
  /** `page.nextCursor` of the page before. */
  readonly cursor?: string | undefined
  readonly state?: EnrollmentState | undefined
  /** Only those of this account holder. */
  readonly account?: string | undefined
}

/** @public */
export interface ListStepsQuery {
  /** How many items a page has at most. */
  readonly limit?: number | undefined
  /** `page.nextCursor` of the page before. */
  readonly cursor?: string | undefined
  /** Only what comes behind this one. */
  readonly after?: string | undefined
  /** Only those of this one. */
  readonly enrollment?: string | undefined
}

/** @public */
export interface FollowStepsQuery {
  /** Only events of this one. */
  readonly enrollment?: string | undefined
  /** The step after which to begin; without it, with what comes next. */
  readonly after?: string | undefined
}

/** @public */
export interface ListAccountsQuery {
  /** How many items a page has at most. */
  readonly limit?: number | undefined
  /** `page.nextCursor` of the page before. */
  readonly cursor?: string | undefined
  /** Only who is called so, in any case. */
  readonly name?: string | undefined
  readonly disabled?: boolean | undefined
}

/** @public */
export interface ListInvitationsQuery {
  /** How many items a page has at most. */
  readonly limit?: number | undefined
  /** `page.nextCursor` of the page before. */
  readonly cursor?: string | undefined
  /** Only those of that account holder. */
  readonly account?: string | undefined
  readonly batch?: string | undefined
  /** Only those that are still good and with which nobody has begun. */
  readonly idle?: boolean | undefined
}

/** @public */
export interface ListAuditQuery {
  /** How many items a page has at most. */
  readonly limit?: number | undefined
  /** `page.nextCursor` of the page before. */
  readonly cursor?: string | undefined
  /** A kind of actor, or the id of one. */
  readonly actor?: string | undefined
  /** As `account.add`. */
  readonly action?: string | undefined
  /** What it was done to. */
  readonly subject?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** @public */
export interface ListAuditLinesQuery {
  /** How many items a page has at most. */
  readonly limit?: number | undefined
  /** `page.nextCursor` of the page before. */
  readonly cursor?: string | undefined
  /** Only what comes behind this line. */
  readonly after?: number | undefined
  /** The last line. */
  readonly upTo?: number | undefined
}

/** @public */
export interface VerifyAuditQuery {
  readonly after?: number | undefined
  readonly limit?: number | undefined
}

/** @public */
export interface ListOperatorsQuery {
  /** How many items a page has at most. */
  readonly limit?: number | undefined
  /** `page.nextCursor` of the page before. */
  readonly cursor?: string | undefined
  readonly role?: Role | undefined
  readonly disabled?: boolean | undefined
}

/** @public */
export interface ListSessionsQuery {
  /** How many items a page has at most. */
  readonly limit?: number | undefined
  /** `page.nextCursor` of the page before. */
  readonly cursor?: string | undefined
  /** Only those of this one. */
  readonly operator?: string | undefined
}

/** @public */
export interface ListTokensQuery {
  /** How many items a page has at most. */
  readonly limit?: number | undefined
  /** `page.nextCursor` of the page before. */
  readonly cursor?: string | undefined
  /** Only those of this one. */
  readonly operator?: string | undefined
}

/** Follow the steps of all enrollments as they come. Needs: enrollment.read. */
export const followStepsPath = (query: FollowStepsQuery = {}): string =>
  withQuery('/api/v1/events', { ...query })

/** Reads the data of one of its events. */
export const readStepEvent = (data: unknown): StepEvent => expect(STEP_EVENT, data)

/** The API, by way of `send`. */
export const createApi = (send: Send) => ({
  /** List enrollments, newest first. Needs: enrollment.read. */
  listEnrollments: async (
    query: ListEnrollmentsQuery = {},
    options?: CallOptions,
  ): Promise<EnrollmentPage> =>
    expect(
      ENROLLMENT_PAGE,
      await send({ method: 'GET', path: withQuery('/api/v1/enrollments', { ...query }) }, options),
    ),
  /** Read an enrollment with all its steps. Needs: enrollment.read. */
  getEnrollment: async (id: string, options?: CallOptions): Promise<Enrollment> =>
    expect(
      ENROLLMENT,
      await send({ method: 'GET', path: `/api/v1/enrollments/${encodeURIComponent(id)}` }, options),
    ),
  /** List the steps of all enrollments, oldest first. Needs: enrollment.read. */
  listSteps: async (query: ListStepsQuery = {}, options?: CallOptions): Promise<StepPage> =>
    expect(
      STEP_PAGE,
      await send({ method: 'GET', path: withQuery('/api/v1/steps', { ...query }) }, options),
    ),
  /** List account holders, oldest first. Needs: account.read. */
  listAccounts: async (
    query: ListAccountsQuery = {},
    options?: CallOptions,
  ): Promise<AccountPage> =>
    expect(
      ACCOUNT_PAGE,
      await send({ method: 'GET', path: withQuery('/api/v1/accounts', { ...query }) }, options),
    ),
  /** Add an account holder. Needs: account.write. */
  addAccount: async (body: NewAccount, options?: CallOptions): Promise<Account> =>
    expect(ACCOUNT, await send({ method: 'POST', path: '/api/v1/accounts', body }, options)),
  /** Read an account holder. Needs: account.read. */
  getAccount: async (name: string, options?: CallOptions): Promise<Account> =>
    expect(
      ACCOUNT,
      await send({ method: 'GET', path: `/api/v1/accounts/${encodeURIComponent(name)}` }, options),
    ),
  /** Change what is known of an account holder. Needs: account.write. */
  changeAccount: async (
    name: string,
    ifMatch: string,
    body: AccountChange,
    options?: CallOptions,
  ): Promise<Account> =>
    expect(
      ACCOUNT,
      await send(
        {
          method: 'PATCH',
          path: `/api/v1/accounts/${encodeURIComponent(name)}`,
          body,
          headers: { 'if-match': ifMatch },
        },
        options,
      ),
    ),
  /** Keep an account holder from signing in and enrolling. Needs: account.write. */
  disableAccount: async (name: string, body?: Reason, options?: CallOptions): Promise<Account> =>
    expect(
      ACCOUNT,
      await send(
        { method: 'POST', path: `/api/v1/accounts/${encodeURIComponent(name)}/disable`, body },
        options,
      ),
    ),
  /** Let an account holder who was disabled sign in and enroll again. Needs: account.write. */
  enableAccount: async (name: string, body?: Reason, options?: CallOptions): Promise<Account> =>
    expect(
      ACCOUNT,
      await send(
        { method: 'POST', path: `/api/v1/accounts/${encodeURIComponent(name)}/enable`, body },
        options,
      ),
    ),
  /** Give an account holder another password, or their first. Needs: account.write. */
  setAccountPassword: async (
    name: string,
    body: NewAccountPassword,
    options?: CallOptions,
  ): Promise<Account> =>
    expect(
      ACCOUNT,
      await send(
        { method: 'POST', path: `/api/v1/accounts/${encodeURIComponent(name)}/password`, body },
        options,
      ),
    ),
  /** Read all that is kept of an account holder. Needs: account.read. */
  exportAccount: async (name: string, options?: CallOptions): Promise<Person> =>
    expect(
      PERSON,
      await send(
        { method: 'GET', path: `/api/v1/accounts/${encodeURIComponent(name)}/export` },
        options,
      ),
    ),
  /** Take out what tells who an account holder is, for good. Needs: account.erase. */
  eraseAccount: async (name: string, body?: Reason, options?: CallOptions): Promise<Account> =>
    expect(
      ACCOUNT,
      await send(
        { method: 'POST', path: `/api/v1/accounts/${encodeURIComponent(name)}/erase`, body },
        options,
      ),
    ),
  /** Add the people of a list, and change those who are there if that is wanted. Needs: account.write. */
  importAccounts: async (body: AccountImport, options?: CallOptions): Promise<AccountsImported> =>
    expect(
      ACCOUNTS_IMPORTED,
      await send({ method: 'POST', path: '/api/v1/accounts/imports', body }, options),
    ),
  /** List invitations, newest first. Needs: invitation.read. */
  listInvitations: async (
    query: ListInvitationsQuery = {},
    options?: CallOptions,
  ): Promise<InvitationPage> =>
    expect(
      INVITATION_PAGE,
      await send({ method: 'GET', path: withQuery('/api/v1/invitations', { ...query }) }, options),
    ),
  /** Invite an account holder to enroll a device. Needs: invitation.write. */
  createInvitation: async (body: NewInvitation, options?: CallOptions): Promise<Invitation> =>
    expect(INVITATION, await send({ method: 'POST', path: '/api/v1/invitations', body }, options)),
  /** Invite many account holders, by their names or as a group. Needs: invitation.write. */
  createInvitations: async (
    body: NewInvitations,
    options?: CallOptions,
  ): Promise<AccountsInvited> =>
    expect(
      ACCOUNTS_INVITED,
      await send({ method: 'POST', path: '/api/v1/invitations/batches', body }, options),
    ),
  /** Read an invitation. Needs: invitation.read. */
  getInvitation: async (id: string, options?: CallOptions): Promise<Invitation> =>
    expect(
      INVITATION,
      await send({ method: 'GET', path: `/api/v1/invitations/${encodeURIComponent(id)}` }, options),
    ),
  /** Read the link of an invitation, as a QR code and as a poster too. Needs: invitation.write. */
  getInvitationLink: async (id: string, options?: CallOptions): Promise<InvitationLink> =>
    expect(
      INVITATION_LINK,
      await send(
        { method: 'GET', path: `/api/v1/invitations/${encodeURIComponent(id)}/link` },
        options,
      ),
    ),
  /** Make an invitation good for nothing. Needs: invitation.write. */
  revokeInvitation: async (id: string, body?: Reason, options?: CallOptions): Promise<Invitation> =>
    expect(
      INVITATION,
      await send(
        { method: 'POST', path: `/api/v1/invitations/${encodeURIComponent(id)}/revoke`, body },
        options,
      ),
    ),
  /** Send an invitation again. Needs: invitation.write. */
  resendInvitation: async (id: string, body?: Reason, options?: CallOptions): Promise<Invitation> =>
    expect(
      INVITATION,
      await send(
        { method: 'POST', path: `/api/v1/invitations/${encodeURIComponent(id)}/resend`, body },
        options,
      ),
    ),
  /** Send all invitations again that are still good and with which nobody has begun. Needs: invitation.write. */
  remindInvited: async (body?: Reminder, options?: CallOptions): Promise<Reminded> =>
    expect(
      REMINDED,
      await send({ method: 'POST', path: '/api/v1/invitations/reminders', body }, options),
    ),
  /** List audit lines, newest first. Needs: audit.read. */
  listAudit: async (query: ListAuditQuery = {}, options?: CallOptions): Promise<AuditPage> =>
    expect(
      AUDIT_PAGE,
      await send({ method: 'GET', path: withQuery('/api/v1/audit', { ...query }) }, options),
    ),
  /** List audit lines in the order of their chain. Needs: audit.read. */
  listAuditLines: async (
    query: ListAuditLinesQuery = {},
    options?: CallOptions,
  ): Promise<AuditPage> =>
    expect(
      AUDIT_PAGE,
      await send({ method: 'GET', path: withQuery('/api/v1/audit/lines', { ...query }) }, options),
    ),
  /** Keep a checkpoint, and say which lines it is the end of. Needs: audit.read. */
  beginAuditExport: async (body?: AuditTimes, options?: CallOptions): Promise<AuditExport> =>
    expect(
      AUDIT_EXPORT,
      await send({ method: 'POST', path: '/api/v1/audit/exports', body }, options),
    ),
  /** Follow the chain behind a line that is taken for good. Needs: audit.read. */
  verifyAudit: async (query: VerifyAuditQuery = {}, options?: CallOptions): Promise<AuditVerdict> =>
    expect(
      AUDIT_VERDICT,
      await send({ method: 'GET', path: withQuery('/api/v1/audit/verify', { ...query }) }, options),
    ),
  /** List operators, oldest first. Needs: operator.read. */
  listOperators: async (
    query: ListOperatorsQuery = {},
    options?: CallOptions,
  ): Promise<OperatorPage> =>
    expect(
      OPERATOR_PAGE,
      await send({ method: 'GET', path: withQuery('/api/v1/operators', { ...query }) }, options),
    ),
  /** Add an operator. Needs: operator.write. */
  addOperator: async (body: NewOperator, options?: CallOptions): Promise<Operator> =>
    expect(OPERATOR, await send({ method: 'POST', path: '/api/v1/operators', body }, options)),
  /** Read an operator. Needs: operator.read. */
  getOperator: async (name: string, options?: CallOptions): Promise<Operator> =>
    expect(
      OPERATOR,
      await send({ method: 'GET', path: `/api/v1/operators/${encodeURIComponent(name)}` }, options),
    ),
  /** End the sessions and API tokens of an operator, for good. Needs: operator.write. */
  disableOperator: async (name: string, options?: CallOptions): Promise<Operator> =>
    expect(
      OPERATOR,
      await send(
        { method: 'DELETE', path: `/api/v1/operators/${encodeURIComponent(name)}` },
        options,
      ),
    ),
  /** Give an operator another role; ends their sessions. Needs: operator.write. */
  setOperatorRole: async (name: string, body: NewRole, options?: CallOptions): Promise<Operator> =>
    expect(
      OPERATOR,
      await send(
        { method: 'POST', path: `/api/v1/operators/${encodeURIComponent(name)}/role`, body },
        options,
      ),
    ),
  /** Give an operator another password; ends their sessions. Needs: operator.write. */
  setOperatorPassword: async (
    name: string,
    body: NewPassword,
    options?: CallOptions,
  ): Promise<Operator> =>
    expect(
      OPERATOR,
      await send(
        { method: 'POST', path: `/api/v1/operators/${encodeURIComponent(name)}/password`, body },
        options,
      ),
    ),
  /** Let an operator sign in with an OpenID provider; ends their sessions. Needs: operator.write. */
  linkOperator: async (name: string, body: NewIdentity, options?: CallOptions): Promise<Operator> =>
    expect(
      OPERATOR,
      await send(
        { method: 'POST', path: `/api/v1/operators/${encodeURIComponent(name)}/identity`, body },
        options,
      ),
    ),
  /** Let an operator no longer sign in with an OpenID provider; ends their sessions. Needs: operator.write. */
  unlinkOperator: async (name: string, options?: CallOptions): Promise<Operator> =>
    expect(
      OPERATOR,
      await send(
        { method: 'DELETE', path: `/api/v1/operators/${encodeURIComponent(name)}/identity` },
        options,
      ),
    ),
  /** List one's own sessions, oldest first. Needs: session.own. */
  listSessions: async (
    query: ListSessionsQuery = {},
    options?: CallOptions,
  ): Promise<SessionPage> =>
    expect(
      SESSION_PAGE,
      await send({ method: 'GET', path: withQuery('/api/v1/sessions', { ...query }) }, options),
    ),
  /** Sign out everywhere. Needs: session.own. */
  endOwnSessions: async (options?: CallOptions): Promise<void> => {
    await send({ method: 'DELETE', path: '/api/v1/sessions' }, options)
  },
  /** End a session. Needs: session.own. */
  endSession: async (id: string, options?: CallOptions): Promise<void> => {
    await send({ method: 'DELETE', path: `/api/v1/sessions/${encodeURIComponent(id)}` }, options)
  },
  /** List one's own API tokens that are not revoked, oldest first. Needs: token.own. */
  listTokens: async (query: ListTokensQuery = {}, options?: CallOptions): Promise<TokenPage> =>
    expect(
      TOKEN_PAGE,
      await send({ method: 'GET', path: withQuery('/api/v1/tokens', { ...query }) }, options),
    ),
  /** Make an API token. Needs: token.own. */
  createToken: async (body: NewToken, options?: CallOptions): Promise<MadeToken> =>
    expect(MADE_TOKEN, await send({ method: 'POST', path: '/api/v1/tokens', body }, options)),
  /** Let an API token in no more. Needs: token.own. */
  revokeToken: async (id: string, options?: CallOptions): Promise<void> => {
    await send({ method: 'DELETE', path: `/api/v1/tokens/${encodeURIComponent(id)}` }, options)
  },
  /** Make a link to the page of an enrollment, or of all. Needs: link.create. */
  createLink: async (body: NewLink, options?: CallOptions): Promise<Link> =>
    expect(LINK, await send({ method: 'POST', path: '/api/v1/links', body }, options)),
  /** Make a link that makes the first owner. Needs: operator.write. */
  createSetUpLink: async (options?: CallOptions): Promise<Link> =>
    expect(LINK, await send({ method: 'POST', path: '/api/v1/set-up-links' }, options)),
  /** Look at database, keys and certificates. Needs: diagnosis.read. */
  getDiagnosis: async (options?: CallOptions): Promise<Diagnosis> =>
    expect(DIAGNOSIS, await send({ method: 'GET', path: '/api/v1/diagnosis' }, options)),
  /** Write everything into one encrypted file. Needs: owner of the data. */
  createBackup: async (body: NewBackup, options?: CallOptions): Promise<Backup> =>
    expect(BACKUP, await send({ method: 'POST', path: '/api/v1/backups', body }, options)),
})

export type Api = ReturnType<typeof createApi>
