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

const SILENCE_CODE = oneOf<
  | 'never_downloaded'
  | 'not_safari'
  | 'not_apple_device'
  | 'profile_not_installed'
  | 'scep_not_begun'
  | 'capabilities_unanswered'
  | 'certificate_not_requested'
  | 'reply_rejected'
>()

/** @public */
export type SilenceCode = z.output<typeof SILENCE_CODE>

const NEXT_ACTION = oneOf<
  | 'start_again'
  | 'wait'
  | 'look_at_device'
  | 'open_in_safari'
  | 'use_apple_device'
  | 'try_other_network'
  | 'update_device'
  | 'sign_in_again'
  | 'change_account'
  | 'change_device_list'
  | 'change_settings'
  | 'change_template'
  | 'check_server'
  | 'report'
>()

/** @public */
export type NextAction = z.output<typeof NEXT_ACTION>

const EXPLANATION_OWNER = oneOf<'account_holder' | 'help_desk' | 'administrator'>()

/** Who can do it. @public */
export type ExplanationOwner = z.output<typeof EXPLANATION_OWNER>

const EXPLANATION = z.object({
  code: z.string(),
  /** What happened. */
  meaning: z.string(),
  /** What to do about it. */
  advice: z.string(),
  nextAction: NEXT_ACTION,
  owner: EXPLANATION_OWNER,
})

/** What a reason code means, and what to do about it. @public */
export type Explanation = z.output<typeof EXPLANATION>

const SILENCE = z.object({
  code: SILENCE_CODE,
  /** The last step before the silence. */
  since: z.string(),
  explanation: EXPLANATION,
})

/** What it seems to mean that nothing comes any more: read from the steps and the clock, and gone once the device goes on. @public */
export type Silence = z.output<typeof SILENCE>

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
  /** The name of the flow that it began by; `default`: what the configuration says. */
  flow: z.string(),
  device: z
    .object({
      udid: z.string(),
      serialNumber: z.string().nullable(),
      product: z.string().nullable(),
      /** The build of the operating system, e.g. `22A380`. */
      build: z.string().nullable(),
    })
    .nullable(),
  diagnosis: SILENCE.nullable(),
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
  | 'update_sent'
  | 'service_certificate_issued'
  | 'error_reported'
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
  /** Of a step that is not `ok`. */
  explanation: EXPLANATION.nullable(),
})

/** One timestamped event of an enrollment. Steps never change. @public */
export type Step = z.output<typeof STEP>

const ENROLLMENT = z.object({
  id: z.string(),
  state: ENROLLMENT_STATE,
  /** Why it ended, for the states `refused`, `failed`, `expired` and `withdrawn`. */
  code: z.string().nullable(),
  /** Of `code`. */
  explanation: EXPLANATION.nullable(),
  diagnosis: SILENCE.nullable(),
  simulated: z.boolean(),
  account: z.object({
    id: z.string(),
    name: z.string(),
    fullName: z.string().nullable(),
  }),
  /** The name of the flow that it began by; `default`: what the configuration says. */
  flow: z.string(),
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

const TIMELINE_PAGE = z.object({
  data: z.array(ENROLLMENT).readonly(),
  page: PAGE,
})

/** @public */
export type TimelinePage = z.output<typeof TIMELINE_PAGE>

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
  /** Of a step that is not `ok`. */
  explanation: EXPLANATION.nullable(),
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

const EXPLANATION_LIST = z.object({
  data: z.array(EXPLANATION).readonly(),
})

/** @public */
export type ExplanationList = z.output<typeof EXPLANATION_LIST>

const FUNNEL_STAGE = z.object({
  state: ENROLLMENT_STATE,
  /** How many enrollments came here. */
  reached: z.number(),
  /** How many of them are here still. */
  waiting: z.number(),
  /** How many of them ended here. */
  dropped: z.number(),
  /** Milliseconds from the state before, right to a hundredth. */
  medianMs: z.number().nullable(),
  /** The same, which nine of ten do not exceed. */
  p90Ms: z.number().nullable(),
  /** Why those ended that did, the most frequent first. */
  reasons: z
    .array(
      z.object({
        code: z.string(),
        count: z.number(),
      }),
    )
    .readonly(),
})

/** @public */
export type FunnelStage = z.output<typeof FUNNEL_STAGE>

const FUNNEL_CELL = z.object({
  begun: z.number(),
  stages: z.array(FUNNEL_STAGE).readonly(),
})

/** @public */
export type FunnelCell = z.output<typeof FUNNEL_CELL>

const FUNNEL = z.object({
  from: z.string(),
  to: z.string(),
  flows: z
    .array(
      z.object({
        flow: z.string(),
        total: FUNNEL_CELL,
        /** By the UTC day on which they began; days without any are left out. */
        days: z
          .array(
            z.object({
              day: z.string(),
              begun: z.number(),
              stages: z.array(FUNNEL_STAGE).readonly(),
            }),
          )
          .readonly(),
      }),
    )
    .readonly(),
})

/** How far enrollments came that began in a time, and where they stopped. @public */
export type Funnel = z.output<typeof FUNNEL>

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
  /** Who vouches for them: `oidc`, `proxy` or a directory; null: their own password. */
  source: z.string().nullable(),
  /** What the source knows them by, for ever. */
  externalId: z.string().nullable(),
  /** As the source says. */
  groups: z.array(z.string()).readonly(),
  /** When the source said so the last time. */
  checkedAt: z.string().nullable(),
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
  /** Of `code`. */
  explanation: EXPLANATION.nullable(),
  diagnosis: SILENCE.nullable(),
  simulated: z.boolean(),
  account: z.object({
    id: z.string(),
    name: z.string(),
    fullName: z.string().nullable(),
  }),
  /** The name of the flow that it began by; `default`: what the configuration says. */
  flow: z.string(),
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

const DEVICE_OF_PERSON = z.object({
  flow: z.string(),
  device: z.string(),
})

/** @public */
export type DeviceOfPerson = z.output<typeof DEVICE_OF_PERSON>

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
  /** What the device lists of flows have for them. */
  listedDevices: z.array(DEVICE_OF_PERSON).readonly(),
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

const FLOW_ACCOUNTS = z.object({
  groups: z.array(z.string()).readonly(),
  attributes: z.record(z.string(), z.string()),
})

/** Who may enroll: members of one of the groups who have all of the attributes; nothing said: everybody. @public */
export type FlowAccounts = z.output<typeof FLOW_ACCOUNTS>

const MINIMUM_VERSIONS = z.object({
  ios: z.string().optional(),
  macos: z.string().optional(),
  tvos: z.string().optional(),
  visionos: z.string().optional(),
  watchos: z.string().optional(),
})

/** The oldest systems that may enroll. @public */
export type MinimumVersions = z.output<typeof MINIMUM_VERSIONS>

const FLOW_TEXTS = z.object({
  title: z.string().optional(),
  lead: z.string().optional(),
  help: z.string().optional(),
})

/** What the sign-in page says in one language. @public */
export type FlowTexts = z.output<typeof FLOW_TEXTS>

const FLOW = z.object({
  id: z.string(),
  name: z.string(),
  /** Where people and devices begin by it. */
  url: z.string(),
  /** Whether devices can begin by it. */
  enabled: z.boolean(),
  /** A person who signs in, a device that is on the list, or both. */
  requires: oneOf<'person' | 'device' | 'both'>(),
  /** How people may sign in. Of no account where nobody does. */
  methods: z.array(oneOf<'password' | 'oidc' | 'proxy' | 'invitation'>()).readonly(),
  /** Which directories are asked for passwords; none named: all. */
  directories: z.array(z.string()).readonly(),
  accounts: FLOW_ACCOUNTS,
  /** In whose name devices enroll where nobody signs in. */
  account: z.string().nullable(),
  /** Whether only those who were invited may enroll. */
  invitation: oneOf<'open' | 'needed'>(),
  minimumVersions: MINIMUM_VERSIONS,
  /** Days that the certificate of a device is valid; null: as the server says. */
  certificateDays: z.number().nullable(),
  /** Whether RSA-1024 keys and profiles encrypted with 3DES are accepted. */
  allowLegacy: z.boolean(),
  /** The final profile, a property list in XML; null: the server's. */
  template: z.string().nullable(),
  /** By language, such as `en` or `de`. */
  texts: z.record(z.string(), FLOW_TEXTS),
  createdAt: z.string(),
  changedAt: z.string(),
})

/** A named set of choices for enrollments. @public */
export type Flow = z.output<typeof FLOW>

const FLOW_PAGE = z.object({
  data: z.array(FLOW).readonly(),
  page: PAGE,
})

/** @public */
export type FlowPage = z.output<typeof FLOW_PAGE>

const FLOW_APPLIED = z.object({
  outcome: oneOf<'created' | 'changed' | 'same'>(),
  /** The members that differ from before. */
  changed: z.array(z.string()).readonly(),
  flow: FLOW,
})

/** @public */
export type FlowApplied = z.output<typeof FLOW_APPLIED>

const LISTED_DEVICE = z.object({
  /** Its UDID or serial number. */
  device: z.string(),
  /** The name of the account holder it is for; null: anybody. */
  owner: z.string().nullable(),
})

/** @public */
export type ListedDevice = z.output<typeof LISTED_DEVICE>

const LISTED_DEVICE_PAGE = z.object({
  data: z.array(LISTED_DEVICE).readonly(),
  page: PAGE,
})

/** @public */
export type ListedDevicePage = z.output<typeof LISTED_DEVICE_PAGE>

const DEVICES_IMPORTED = z.object({
  listed: z.number(),
  removed: z.number(),
})

/** How many were put on the list and taken off. @public */
export type DevicesImported = z.output<typeof DEVICES_IMPORTED>

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

const DIRECTORY_SETTINGS = z.object({
  ldap: z
    .object({
      /** `ldaps://HOST[:PORT]`, or `ldap://HOST[:PORT]` with StartTLS; the first that answers. */
      servers: z.array(z.string()).readonly(),
      /** Whether passwords go over `ldap://` without TLS, for everybody to read. */
      plain: z.boolean(),
      /** Roots that the servers chain to, PEM; else the well-known ones. */
      ca: z.string().optional(),
      /** As whom windfall searches; the secret is their password. */
      bindDn: z.string().optional(),
      /** The DN below which people are. */
      base: z.string(),
      scope: oneOf<'sub' | 'one'>(),
      /** Who of them counts, RFC 4515. */
      filter: z.string(),
      /** What people can sign in with; the first is what they are called. */
      names: z.array(z.string()).readonly(),
      /** What never changes, and nobody else ever has. */
      id: z.string(),
      fullName: z.string(),
      email: z.string(),
      /** More, for `{{account.NAME}}` in profiles. */
      attributes: z.record(z.string(), z.string()),
      groups: z.object({
        /** Where it says who is in which group: at the person, at the group, or nowhere. */
        by: oneOf<'memberOf' | 'member' | 'none'>(),
        /** Below which groups are; else `base`. */
        base: z.string().optional(),
        /** The attribute of a group that names its members. */
        member: z.string(),
        /** Groups of groups count too. */
        nested: z.boolean(),
        /** The DN of the group that everybody has to be in. */
        required: z.string().optional(),
      }),
      sync: z.object({
        /** How often all people are looked up; 0: only when asked to. */
        minutes: z.number(),
        /** If more of the people are gone at once, nobody is disabled without being asked. */
        mostGonePercent: z.number(),
      }),
    })
    .optional(),
  http: z
    .object({
      url: z.string(),
    })
    .optional(),
})

/** @public */
export type DirectorySettings = z.output<typeof DIRECTORY_SETTINGS>

const CONNECTION = z.object({
  /** What lies elsewhere: `database`, `acme`, `oidc`, `mail`, `sms`, `directory NAME`. */
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

const DIRECTORY_LAST_SYNC = z.object({
  at: z.string(),
  /** Why it failed; null: it did not. */
  code: z.string().nullable(),
  people: z.number().nullable(),
  withheld: z.number().nullable(),
})

/** @public */
export type DirectoryLastSync = z.output<typeof DIRECTORY_LAST_SYNC>

const DIRECTORY = z.object({
  id: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  /** Those with a lower one are asked before. */
  position: z.number(),
  hasSecret: z.boolean(),
  settings: DIRECTORY_SETTINGS,
  createdAt: z.string(),
  updatedAt: z.string(),
  connection: CONNECTION,
  lastSync: DIRECTORY_LAST_SYNC.nullable(),
})

/** Who vouches for account holders. @public */
export type Directory = z.output<typeof DIRECTORY>

const DIRECTORY_PAGE = z.object({
  data: z.array(DIRECTORY).readonly(),
  page: PAGE,
})

/** @public */
export type DirectoryPage = z.output<typeof DIRECTORY_PAGE>

const DIRECTORY_APPLIED = z.object({
  outcome: oneOf<'created' | 'changed' | 'same'>(),
  /** The members that differ from before. */
  changed: z.array(z.string()).readonly(),
})

/** @public */
export type DirectoryApplied = z.output<typeof DIRECTORY_APPLIED>

const DIRECTORY_TRIAL = z.object({
  steps: z
    .array(
      z.object({
        name: oneOf<'connect' | 'search' | 'person' | 'groups'>(),
        ok: z.boolean(),
        seen: z.string(),
      }),
    )
    .readonly(),
  person: z
    .object({
      name: z.string(),
      externalId: z.string(),
      fullName: z.string().nullable(),
      email: z.string().nullable(),
      attributes: z.record(z.string(), z.string().nullable()),
      groups: z.array(z.string()).readonly(),
    })
    .nullable(),
})

/** Each step of looking somebody up. @public */
export type DirectoryTrial = z.output<typeof DIRECTORY_TRIAL>

const DIRECTORY_SYNCED = z.object({
  at: z.string(),
  /** For how many the directory vouches. */
  people: z.number(),
  added: z.number(),
  changed: z.number(),
  /** Who was gone, and is back. */
  enabled: z.number(),
  /** Who is gone. */
  disabled: z.number(),
  /** Who is gone and was not disabled: they are more than may be at once. */
  withheld: z.number(),
  refused: z
    .array(
      z.object({
        name: z.string(),
        code: z.string(),
      }),
    )
    .readonly(),
})

/** What became of the people of a directory. @public */
export type DirectorySynced = z.output<typeof DIRECTORY_SYNCED>

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
  | 'flow.read'
  | 'flow.write'
  | 'invitation.read'
  | 'invitation.write'
  | 'audit.read'
  | 'diagnosis.read'
  | 'directory.read'
  | 'directory.write'
  | 'operator.read'
  | 'operator.write'
  | 'session.own'
  | 'session.all'
  | 'token.own'
  | 'token.all'
  | 'webhook.read'
  | 'webhook.write'
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

const WEBHOOK = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string().nullable(),
  /** Only of these is told; null: of all. */
  steps: z.array(STEP_CODE).readonly().nullable(),
  /** Whether events come without `data`. */
  thin: z.boolean(),
  createdAt: z.string(),
  /** When an event was last taken. */
  deliveredAt: z.string().nullable(),
  /** Since when none was taken. */
  failingSince: z.string().nullable(),
  /** Until when the old secret signs too. */
  previousSecretUntil: z.string().nullable(),
  disabledAt: z.string().nullable(),
  /** Why, where windfall did it: `webhook_failing`, `webhook_gone`. */
  disabledCode: z.string().nullable(),
})

/** Somebody who is told of steps as they come. @public */
export type Webhook = z.output<typeof WEBHOOK>

const WEBHOOK_PAGE = z.object({
  data: z.array(WEBHOOK).readonly(),
  page: PAGE,
})

/** @public */
export type WebhookPage = z.output<typeof WEBHOOK_PAGE>

const WEBHOOK_WITH_SECRET = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string().nullable(),
  /** Only of these is told; null: of all. */
  steps: z.array(STEP_CODE).readonly().nullable(),
  /** Whether events come without `data`. */
  thin: z.boolean(),
  createdAt: z.string(),
  /** When an event was last taken. */
  deliveredAt: z.string().nullable(),
  /** Since when none was taken. */
  failingSince: z.string().nullable(),
  /** Until when the old secret signs too. */
  previousSecretUntil: z.string().nullable(),
  disabledAt: z.string().nullable(),
  /** Why, where windfall did it: `webhook_failing`, `webhook_gone`. */
  disabledCode: z.string().nullable(),
  /** `whsec_` and base64. Said this once. */
  secret: z.string(),
})

/** @public */
export type WebhookWithSecret = z.output<typeof WEBHOOK_WITH_SECRET>

const WEBHOOK_TEST = z.object({
  delivery: z.string(),
})

/** @public */
export type WebhookTest = z.output<typeof WEBHOOK_TEST>

const WEBHOOK_REPLAYED = z.object({
  count: z.number(),
})

/** @public */
export type WebhookReplayed = z.output<typeof WEBHOOK_REPLAYED>

const WEBHOOK_DELIVERY = z.object({
  id: z.string(),
  /** What the receiver knows it by: its `webhook-id`. */
  event: z.string(),
  type: z.string(),
  createdAt: z.string(),
  outcome: oneOf<'pending' | 'delivered' | 'failed'>(),
  attempts: z.number(),
  /** When it is tried next; null: no more. */
  nextAt: z.string().nullable(),
  lastAt: z.string().nullable(),
  /** Of the last answer, where there was one. */
  lastStatus: z.number().nullable(),
  /** Why the last try failed. */
  lastCode: z.string().nullable(),
  /** Milliseconds that the last try took. */
  lastMs: z.number().nullable(),
})

/** One event for one webhook, and how it went. @public */
export type WebhookDelivery = z.output<typeof WEBHOOK_DELIVERY>

const WEBHOOK_DELIVERY_PAGE = z.object({
  data: z.array(WEBHOOK_DELIVERY).readonly(),
  page: PAGE,
})

/** @public */
export type WebhookDeliveryPage = z.output<typeof WEBHOOK_DELIVERY_PAGE>

const LINK = z.object({
  url: z.string(),
  expiresAt: z.string(),
})

/** A link that works once. @public */
export type Link = z.output<typeof LINK>

const HELD_VERSIONS = z.object({
  data: z
    .array(
      z.object({
        /** The name of the flow that the device began by. */
        flow: z.string(),
        /** SHA-256 of the template, hexadecimal; null where it is not known which. */
        version: z.string().nullable(),
        devices: z.number(),
        /** Whether a device that came now would get it. */
        isCurrent: z.boolean(),
      }),
    )
    .readonly(),
})

/** How many devices hold which final profile. @public */
export type HeldVersions = z.output<typeof HELD_VERSIONS>

const OUTDATED_DEVICE = z.object({
  id: z.string(),
  /** The name of the flow that the device began by. */
  flow: z.string(),
  /** SHA-256 of the template, hexadecimal; null where it is not known which. */
  version: z.string().nullable(),
  updatedAt: z.string(),
  account: z.object({
    id: z.string(),
    name: z.string(),
    email: z.string().nullable(),
  }),
  device: z.object({
    id: z.string(),
    serialNumber: z.string().nullable(),
    product: z.string().nullable(),
  }),
})

/** A device whose final profile is an earlier one. @public */
export type OutdatedDevice = z.output<typeof OUTDATED_DEVICE>

const OUTDATED_DEVICE_PAGE = z.object({
  data: z.array(OUTDATED_DEVICE).readonly(),
  page: PAGE,
})

/** @public */
export type OutdatedDevicePage = z.output<typeof OUTDATED_DEVICE_PAGE>

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

/** Who may enroll: members of one of the groups who have all of the attributes; nothing said: everybody. @public */
export interface NewFlowAccounts {
  readonly groups?: readonly string[] | undefined
  readonly attributes?: Readonly<Record<string, string>> | undefined
}

/** @public */
export interface NewFlow {
  /** Whether devices can begin by it. */
  readonly enabled?: boolean | undefined
  /** A person who signs in, a device that is on the list, or both. */
  readonly requires?: 'person' | 'device' | 'both' | undefined
  /** How people may sign in. Of no account where nobody does. */
  readonly methods?: readonly ('password' | 'oidc' | 'proxy' | 'invitation')[] | undefined
  /** Which directories are asked for passwords; none named: all. */
  readonly directories?: readonly string[] | undefined
  readonly accounts?: NewFlowAccounts | undefined
  /** In whose name devices enroll where nobody signs in. */
  readonly account?: string | null | undefined
  /** Whether only those who were invited may enroll. */
  readonly invitation?: 'open' | 'needed' | undefined
  readonly minimumVersions?: MinimumVersions | undefined
  /** Days that the certificate of a device is valid; null: as the server says. */
  readonly certificateDays?: number | null | undefined
  /** Whether RSA-1024 keys and profiles encrypted with 3DES are accepted. */
  readonly allowLegacy?: boolean | undefined
  /** The final profile, a property list in XML; null: the server's. */
  readonly template?: string | null | undefined
  /** By language, such as `en` or `de`. */
  readonly texts?: Readonly<Record<string, FlowTexts>> | undefined
  readonly name: string
  readonly reason?: string | undefined
}

/** What is not said stays as it is. @public */
export interface FlowChange {
  /** Whether devices can begin by it. */
  readonly enabled?: boolean | undefined
  /** A person who signs in, a device that is on the list, or both. */
  readonly requires?: 'person' | 'device' | 'both' | undefined
  /** How people may sign in. Of no account where nobody does. */
  readonly methods?: readonly ('password' | 'oidc' | 'proxy' | 'invitation')[] | undefined
  /** Which directories are asked for passwords; none named: all. */
  readonly directories?: readonly string[] | undefined
  readonly accounts?: FlowAccounts | undefined
  /** In whose name devices enroll where nobody signs in. */
  readonly account?: string | null | undefined
  /** Whether only those who were invited may enroll. */
  readonly invitation?: 'open' | 'needed' | undefined
  readonly minimumVersions?: MinimumVersions | undefined
  /** Days that the certificate of a device is valid; null: as the server says. */
  readonly certificateDays?: number | null | undefined
  /** Whether RSA-1024 keys and profiles encrypted with 3DES are accepted. */
  readonly allowLegacy?: boolean | undefined
  /** The final profile, a property list in XML; null: the server's. */
  readonly template?: string | null | undefined
  /** By language, such as `en` or `de`. */
  readonly texts?: Readonly<Record<string, FlowTexts>> | undefined
  readonly reason?: string | undefined
}

/** What is not said is as usual. @public */
export interface FlowApplication {
  /** Whether devices can begin by it. */
  readonly enabled?: boolean | undefined
  /** A person who signs in, a device that is on the list, or both. */
  readonly requires?: 'person' | 'device' | 'both' | undefined
  /** How people may sign in. Of no account where nobody does. */
  readonly methods?: readonly ('password' | 'oidc' | 'proxy' | 'invitation')[] | undefined
  /** Which directories are asked for passwords; none named: all. */
  readonly directories?: readonly string[] | undefined
  readonly accounts?: NewFlowAccounts | undefined
  /** In whose name devices enroll where nobody signs in. */
  readonly account?: string | null | undefined
  /** Whether only those who were invited may enroll. */
  readonly invitation?: 'open' | 'needed' | undefined
  readonly minimumVersions?: MinimumVersions | undefined
  /** Days that the certificate of a device is valid; null: as the server says. */
  readonly certificateDays?: number | null | undefined
  /** Whether RSA-1024 keys and profiles encrypted with 3DES are accepted. */
  readonly allowLegacy?: boolean | undefined
  /** The final profile, a property list in XML; null: the server's. */
  readonly template?: string | null | undefined
  /** By language, such as `en` or `de`. */
  readonly texts?: Readonly<Record<string, FlowTexts>> | undefined
  /** Nothing is done, and what would be is told. */
  readonly trial?: boolean | undefined
  readonly reason?: string | undefined
}

/** @public */
export interface NewListedDevice {
  /** A UDID or a serial number, in any case. */
  readonly device: string
  readonly owner?: string | null | undefined
}

/** @public */
export interface DeviceImport {
  readonly devices: readonly NewListedDevice[]
  /** Whether those that were on the list before are taken off. */
  readonly whole?: boolean | undefined
  /** Nothing is done, and what would be is told. */
  readonly trial?: boolean | undefined
  readonly reason?: string | undefined
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
  /** Everybody of that group of a directory or provider, with that value of an attribute, `department=Sales`, or with that word in the attribute `groups`. */
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

/** Either `ldap` or `http`. @public */
export interface NewDirectorySettings {
  readonly ldap?:
    | {
        /** `ldaps://HOST[:PORT]`, or `ldap://HOST[:PORT]` with StartTLS; the first that answers. */
        readonly servers: readonly string[]
        /** Whether passwords go over `ldap://` without TLS, for everybody to read. */
        readonly plain?: boolean | undefined
        /** Roots that the servers chain to, PEM; else the well-known ones. */
        readonly ca?: string | undefined
        /** As whom windfall searches; the secret is their password. */
        readonly bindDn?: string | undefined
        /** The DN below which people are. */
        readonly base: string
        readonly scope?: 'sub' | 'one' | undefined
        /** Who of them counts, RFC 4515. */
        readonly filter?: string | undefined
        /** What people can sign in with; the first is what they are called. */
        readonly names?: readonly string[] | undefined
        /** What never changes, and nobody else ever has. */
        readonly id?: string | undefined
        readonly fullName?: string | undefined
        readonly email?: string | undefined
        /** More, for `{{account.NAME}}` in profiles. */
        readonly attributes?: Readonly<Record<string, string>> | undefined
        readonly groups?:
          | {
              /** Where it says who is in which group: at the person, at the group, or nowhere. */
              readonly by?: 'memberOf' | 'member' | 'none' | undefined
              /** Below which groups are; else `base`. */
              readonly base?: string | undefined
              /** The attribute of a group that names its members. */
              readonly member?: string | undefined
              /** Groups of groups count too. */
              readonly nested?: boolean | undefined
              /** The DN of the group that everybody has to be in. */
              readonly required?: string | undefined
            }
          | undefined
        readonly sync?:
          | {
              /** How often all people are looked up; 0: only when asked to. */
              readonly minutes?: number | undefined
              /** If more of the people are gone at once, nobody is disabled without being asked. */
              readonly mostGonePercent?: number | undefined
            }
          | undefined
      }
    | undefined
  readonly http?:
    | {
        readonly url: string
      }
    | undefined
}

/** @public */
export interface NewDirectory {
  /** Small letters, digits and hyphens. */
  readonly name: string
  readonly settings: NewDirectorySettings
  readonly position?: number | undefined
  readonly enabled?: boolean | undefined
  /** The password of `bindDn`, or what requests are signed with. */
  readonly secret?: string | undefined
  readonly reason?: string | undefined
}

/** What is not said stays as it is. @public */
export interface DirectoryChange {
  readonly settings?: NewDirectorySettings | undefined
  readonly position?: number | undefined
  readonly enabled?: boolean | undefined
  /** The password of `bindDn`, or what requests are signed with. */
  readonly secret?: string | undefined
  readonly reason?: string | undefined
}

/** Without a secret it keeps the one that it has, without a position its place. @public */
export interface DirectoryApplication {
  readonly settings: NewDirectorySettings
  readonly position?: number | undefined
  readonly enabled?: boolean | undefined
  /** The password of `bindDn`, or what requests are signed with. */
  readonly secret?: string | undefined
  /** Nothing is done, and what would be is told. */
  readonly trial?: boolean | undefined
  readonly reason?: string | undefined
}

/** @public */
export interface DirectoryTest {
  readonly person?: string | undefined
}

/** @public */
export interface DirectorySync {
  /** Nothing is done, and what would be is told. */
  readonly trial?: boolean | undefined
  /** However many are gone, they are disabled. */
  readonly force?: boolean | undefined
  readonly reason?: string | undefined
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
  | 'flow.read'
  | 'flow.write'
  | 'invitation.read'
  | 'invitation.write'
  | 'audit.read'
  | 'diagnosis.read'
  | 'directory.read'
  | 'directory.write'
  | 'operator.read'
  | 'operator.write'
  | 'session.own'
  | 'session.all'
  | 'webhook.read'
  | 'webhook.write'

/** @public */
export interface NewToken {
  /** Without the white space at its ends. */
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly days?: number | undefined
}

/** @public */
export interface NewWebhook {
  /** https, without a name, a password and a fragment. */
  readonly url: string
  readonly description?: string | undefined
  /** Only of these is told. */
  readonly steps?: readonly StepCode[] | undefined
  readonly thin?: boolean | undefined
  readonly reason?: string | undefined
}

/** @public */
export interface WebhookRotation {
  /** How long the old secret signs too. */
  readonly hours?: number | undefined
  readonly reason?: string | undefined
}

/** @public */
export interface WebhookReplay {
  /** This one; without it, all that have failed. */
  readonly delivery?: string | undefined
  readonly reason?: string | undefined
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
  /** Only those of this flow. */
  readonly flow?: string | undefined
  /** Only those that this code stands for, which the portal shows people to read out, e.g. `K7Q-42M`. */
  readonly supportCode?: string | undefined
}

/** @public */
export interface ListAccountTimelineQuery {
  /** How many items a page has at most. */
  readonly limit?: number | undefined
  /** `page.nextCursor` of the page before. */
  readonly cursor?: string | undefined
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
export interface GetFunnelQuery {
  /** When the first of them began; 30 days ago. */
  readonly from?: string | undefined
  /** Before when the last of them began; now. */
  readonly to?: string | undefined
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
export interface ListFlowsQuery {
  /** How many items a page has at most. */
  readonly limit?: number | undefined
  /** `page.nextCursor` of the page before. */
  readonly cursor?: string | undefined
}

/** @public */
export interface RemoveFlowQuery {
  readonly reason?: string | undefined
}

/** @public */
export interface ListFlowDevicesQuery {
  /** How many items a page has at most. */
  readonly limit?: number | undefined
  /** `page.nextCursor` of the page before. */
  readonly cursor?: string | undefined
}

/** @public */
export interface RemoveFlowDeviceQuery {
  readonly reason?: string | undefined
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
export interface ListDirectoriesQuery {
  /** How many items a page has at most. */
  readonly limit?: number | undefined
  /** `page.nextCursor` of the page before. */
  readonly cursor?: string | undefined
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

/** @public */
export interface ListWebhooksQuery {
  /** How many items a page has at most. */
  readonly limit?: number | undefined
  /** `page.nextCursor` of the page before. */
  readonly cursor?: string | undefined
}

/** @public */
export interface RemoveWebhookQuery {
  readonly reason?: string | undefined
}

/** @public */
export interface ListWebhookDeliveriesQuery {
  /** How many items a page has at most. */
  readonly limit?: number | undefined
  /** `page.nextCursor` of the page before. */
  readonly cursor?: string | undefined
  readonly outcome?: 'pending' | 'delivered' | 'failed' | undefined
}

/** @public */
export interface ListOutdatedDevicesQuery {
  /** How many items a page has at most. */
  readonly limit?: number | undefined
  /** `page.nextCursor` of the page before. */
  readonly cursor?: string | undefined
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
  /** List the enrollments of an account holder with all steps, newest first. Needs: enrollment.read. */
  listAccountTimeline: async (
    name: string,
    query: ListAccountTimelineQuery = {},
    options?: CallOptions,
  ): Promise<TimelinePage> =>
    expect(
      TIMELINE_PAGE,
      await send(
        {
          method: 'GET',
          path: withQuery(`/api/v1/accounts/${encodeURIComponent(name)}/timeline`, { ...query }),
        },
        options,
      ),
    ),
  /** List the steps of all enrollments, oldest first. Needs: enrollment.read. */
  listSteps: async (query: ListStepsQuery = {}, options?: CallOptions): Promise<StepPage> =>
    expect(
      STEP_PAGE,
      await send({ method: 'GET', path: withQuery('/api/v1/steps', { ...query }) }, options),
    ),
  /** Read the reason codes that have an explanation of their own. Needs: enrollment.read. */
  getExplanations: async (options?: CallOptions): Promise<ExplanationList> =>
    expect(EXPLANATION_LIST, await send({ method: 'GET', path: '/api/v1/explanations' }, options)),
  /** Read what a reason code means, and what to do about it. Needs: enrollment.read. */
  getExplanation: async (code: string, options?: CallOptions): Promise<Explanation> =>
    expect(
      EXPLANATION,
      await send(
        { method: 'GET', path: `/api/v1/explanations/${encodeURIComponent(code)}` },
        options,
      ),
    ),
  /** Count how far enrollments came, by flow and day. Needs: enrollment.read. */
  getFunnel: async (query: GetFunnelQuery = {}, options?: CallOptions): Promise<Funnel> =>
    expect(
      FUNNEL,
      await send({ method: 'GET', path: withQuery('/api/v1/funnel', { ...query }) }, options),
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
  /** List enrollment flows, oldest first. Needs: flow.read. */
  listFlows: async (query: ListFlowsQuery = {}, options?: CallOptions): Promise<FlowPage> =>
    expect(
      FLOW_PAGE,
      await send({ method: 'GET', path: withQuery('/api/v1/flows', { ...query }) }, options),
    ),
  /** Make an enrollment flow. Needs: flow.write. */
  createFlow: async (body: NewFlow, options?: CallOptions): Promise<Flow> =>
    expect(FLOW, await send({ method: 'POST', path: '/api/v1/flows', body }, options)),
  /** Read an enrollment flow. Needs: flow.read. */
  getFlow: async (name: string, options?: CallOptions): Promise<Flow> =>
    expect(
      FLOW,
      await send({ method: 'GET', path: `/api/v1/flows/${encodeURIComponent(name)}` }, options),
    ),
  /** Change what an enrollment flow chooses. Needs: flow.write. */
  changeFlow: async (
    name: string,
    ifMatch: string,
    body: FlowChange,
    options?: CallOptions,
  ): Promise<Flow> =>
    expect(
      FLOW,
      await send(
        {
          method: 'PATCH',
          path: `/api/v1/flows/${encodeURIComponent(name)}`,
          body,
          headers: { 'if-match': ifMatch },
        },
        options,
      ),
    ),
  /** Take an enrollment flow away. Needs: flow.write. */
  removeFlow: async (
    name: string,
    query: RemoveFlowQuery = {},
    options?: CallOptions,
  ): Promise<Flow> =>
    expect(
      FLOW,
      await send(
        {
          method: 'DELETE',
          path: withQuery(`/api/v1/flows/${encodeURIComponent(name)}`, { ...query }),
        },
        options,
      ),
    ),
  /** Make an enrollment flow, or change it, until it is exactly so. Needs: flow.write. */
  applyFlow: async (
    name: string,
    body: FlowApplication,
    options?: CallOptions,
  ): Promise<FlowApplied> =>
    expect(
      FLOW_APPLIED,
      await send(
        { method: 'POST', path: `/api/v1/flows/${encodeURIComponent(name)}/apply`, body },
        options,
      ),
    ),
  /** List the devices that may enroll by a flow. Needs: flow.read. */
  listFlowDevices: async (
    name: string,
    query: ListFlowDevicesQuery = {},
    options?: CallOptions,
  ): Promise<ListedDevicePage> =>
    expect(
      LISTED_DEVICE_PAGE,
      await send(
        {
          method: 'GET',
          path: withQuery(`/api/v1/flows/${encodeURIComponent(name)}/devices`, { ...query }),
        },
        options,
      ),
    ),
  /** Put devices on the list of a flow, all of them or none. Needs: flow.write. */
  importFlowDevices: async (
    name: string,
    body: DeviceImport,
    options?: CallOptions,
  ): Promise<DevicesImported> =>
    expect(
      DEVICES_IMPORTED,
      await send(
        { method: 'POST', path: `/api/v1/flows/${encodeURIComponent(name)}/devices`, body },
        options,
      ),
    ),
  /** Take a device off the list of a flow. Needs: flow.write. */
  removeFlowDevice: async (
    name: string,
    device: string,
    query: RemoveFlowDeviceQuery = {},
    options?: CallOptions,
  ): Promise<void> => {
    await send(
      {
        method: 'DELETE',
        path: withQuery(
          `/api/v1/flows/${encodeURIComponent(name)}/devices/${encodeURIComponent(device)}`,
          { ...query },
        ),
      },
      options,
    )
  },
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
  /** List the directories, in the order in which they are asked. Needs: directory.read. */
  listDirectories: async (
    query: ListDirectoriesQuery = {},
    options?: CallOptions,
  ): Promise<DirectoryPage> =>
    expect(
      DIRECTORY_PAGE,
      await send({ method: 'GET', path: withQuery('/api/v1/directories', { ...query }) }, options),
    ),
  /** Add a directory, behind the others unless it says where. Needs: directory.write. */
  addDirectory: async (body: NewDirectory, options?: CallOptions): Promise<Directory> =>
    expect(DIRECTORY, await send({ method: 'POST', path: '/api/v1/directories', body }, options)),
  /** Read a directory. Needs: directory.read. */
  getDirectory: async (name: string, options?: CallOptions): Promise<Directory> =>
    expect(
      DIRECTORY,
      await send(
        { method: 'GET', path: `/api/v1/directories/${encodeURIComponent(name)}` },
        options,
      ),
    ),
  /** Change a directory; its settings as a whole. Needs: directory.write. */
  changeDirectory: async (
    name: string,
    body: DirectoryChange,
    options?: CallOptions,
  ): Promise<Directory> =>
    expect(
      DIRECTORY,
      await send(
        { method: 'PATCH', path: `/api/v1/directories/${encodeURIComponent(name)}`, body },
        options,
      ),
    ),
  /** Remove a directory; its account holders stay, and sign in no more. Needs: directory.write. */
  removeDirectory: async (name: string, options?: CallOptions): Promise<void> => {
    await send(
      { method: 'DELETE', path: `/api/v1/directories/${encodeURIComponent(name)}` },
      options,
    )
  },
  /** Make a directory, or change it, until it is exactly so. Needs: directory.write. */
  applyDirectory: async (
    name: string,
    body: DirectoryApplication,
    options?: CallOptions,
  ): Promise<DirectoryApplied> =>
    expect(
      DIRECTORY_APPLIED,
      await send(
        { method: 'POST', path: `/api/v1/directories/${encodeURIComponent(name)}/apply`, body },
        options,
      ),
    ),
  /** Look somebody up without a password, and tell each step. Needs: directory.write. */
  testDirectory: async (
    name: string,
    body?: DirectoryTest,
    options?: CallOptions,
  ): Promise<DirectoryTrial> =>
    expect(
      DIRECTORY_TRIAL,
      await send(
        { method: 'POST', path: `/api/v1/directories/${encodeURIComponent(name)}/test`, body },
        options,
      ),
    ),
  /** Look everybody in a directory up. Needs: directory.write. */
  syncDirectory: async (
    name: string,
    body?: DirectorySync,
    options?: CallOptions,
  ): Promise<DirectorySynced> =>
    expect(
      DIRECTORY_SYNCED,
      await send(
        { method: 'POST', path: `/api/v1/directories/${encodeURIComponent(name)}/sync`, body },
        options,
      ),
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
  /** List webhooks, oldest first. Needs: webhook.read. */
  listWebhooks: async (
    query: ListWebhooksQuery = {},
    options?: CallOptions,
  ): Promise<WebhookPage> =>
    expect(
      WEBHOOK_PAGE,
      await send({ method: 'GET', path: withQuery('/api/v1/webhooks', { ...query }) }, options),
    ),
  /** Tell somebody of every step from now on. Needs: webhook.write. */
  addWebhook: async (body: NewWebhook, options?: CallOptions): Promise<WebhookWithSecret> =>
    expect(
      WEBHOOK_WITH_SECRET,
      await send({ method: 'POST', path: '/api/v1/webhooks', body }, options),
    ),
  /** Read a webhook. Needs: webhook.read. */
  getWebhook: async (id: string, options?: CallOptions): Promise<Webhook> =>
    expect(
      WEBHOOK,
      await send({ method: 'GET', path: `/api/v1/webhooks/${encodeURIComponent(id)}` }, options),
    ),
  /** Forget a webhook and all that was told to it. Needs: webhook.write. */
  removeWebhook: async (
    id: string,
    query: RemoveWebhookQuery = {},
    options?: CallOptions,
  ): Promise<void> => {
    await send(
      {
        method: 'DELETE',
        path: withQuery(`/api/v1/webhooks/${encodeURIComponent(id)}`, { ...query }),
      },
      options,
    )
  },
  /** Give a webhook another secret; for a while, both sign. Needs: webhook.write. */
  rotateWebhookSecret: async (
    id: string,
    body?: WebhookRotation,
    options?: CallOptions,
  ): Promise<WebhookWithSecret> =>
    expect(
      WEBHOOK_WITH_SECRET,
      await send(
        { method: 'POST', path: `/api/v1/webhooks/${encodeURIComponent(id)}/rotate`, body },
        options,
      ),
    ),
  /** Tell a webhook nothing for now. Needs: webhook.write. */
  disableWebhook: async (id: string, body?: Reason, options?: CallOptions): Promise<Webhook> =>
    expect(
      WEBHOOK,
      await send(
        { method: 'POST', path: `/api/v1/webhooks/${encodeURIComponent(id)}/disable`, body },
        options,
      ),
    ),
  /** Tell a webhook again, of what happened meanwhile too. Needs: webhook.write. */
  enableWebhook: async (id: string, body?: Reason, options?: CallOptions): Promise<Webhook> =>
    expect(
      WEBHOOK,
      await send(
        { method: 'POST', path: `/api/v1/webhooks/${encodeURIComponent(id)}/enable`, body },
        options,
      ),
    ),
  /** Send a webhook an event that nothing has caused. Needs: webhook.write. */
  testWebhook: async (id: string, body?: Reason, options?: CallOptions): Promise<WebhookTest> =>
    expect(
      WEBHOOK_TEST,
      await send(
        { method: 'POST', path: `/api/v1/webhooks/${encodeURIComponent(id)}/test`, body },
        options,
      ),
    ),
  /** Send deliveries once more: one, or all that have failed. Needs: webhook.write. */
  replayWebhook: async (
    id: string,
    body?: WebhookReplay,
    options?: CallOptions,
  ): Promise<WebhookReplayed> =>
    expect(
      WEBHOOK_REPLAYED,
      await send(
        { method: 'POST', path: `/api/v1/webhooks/${encodeURIComponent(id)}/replay`, body },
        options,
      ),
    ),
  /** List what a webhook was told, newest first. Needs: webhook.read. */
  listWebhookDeliveries: async (
    id: string,
    query: ListWebhookDeliveriesQuery = {},
    options?: CallOptions,
  ): Promise<WebhookDeliveryPage> =>
    expect(
      WEBHOOK_DELIVERY_PAGE,
      await send(
        {
          method: 'GET',
          path: withQuery(`/api/v1/webhooks/${encodeURIComponent(id)}/deliveries`, { ...query }),
        },
        options,
      ),
    ),
  /** Make a link to the page of an enrollment, or of all. Needs: link.create. */
  createLink: async (body: NewLink, options?: CallOptions): Promise<Link> =>
    expect(LINK, await send({ method: 'POST', path: '/api/v1/links', body }, options)),
  /** Make a link that makes the first owner. Needs: operator.write. */
  createSetUpLink: async (options?: CallOptions): Promise<Link> =>
    expect(LINK, await send({ method: 'POST', path: '/api/v1/set-up-links' }, options)),
  /** Count the devices that hold each version of the final profile. Needs: enrollment.read. */
  getHeldVersions: async (options?: CallOptions): Promise<HeldVersions> =>
    expect(HELD_VERSIONS, await send({ method: 'GET', path: '/api/v1/profile-versions' }, options)),
  /** List the devices that hold another version than the current one. Needs: enrollment.read. */
  listOutdatedDevices: async (
    query: ListOutdatedDevicesQuery = {},
    options?: CallOptions,
  ): Promise<OutdatedDevicePage> =>
    expect(
      OUTDATED_DEVICE_PAGE,
      await send(
        { method: 'GET', path: withQuery('/api/v1/outdated-devices', { ...query }) },
        options,
      ),
    ),
  /** Look at database, keys and certificates. Needs: diagnosis.read. */
  getDiagnosis: async (options?: CallOptions): Promise<Diagnosis> =>
    expect(DIAGNOSIS, await send({ method: 'GET', path: '/api/v1/diagnosis' }, options)),
  /** Write everything into one encrypted file. Needs: owner of the data. */
  createBackup: async (body: NewBackup, options?: CallOptions): Promise<Backup> =>
    expect(BACKUP, await send({ method: 'POST', path: '/api/v1/backups', body }, options)),
})

export type Api = ReturnType<typeof createApi>
