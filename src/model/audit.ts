import { hash } from 'node:crypto'
import type { JsonObject } from './json.ts'

/** `owner`: whoever may read the data directory; `stranger`: nobody that we know; `system`: windfall by itself. */
export const AUDIT_ACTORS = [
  'owner',
  'operator',
  'token',
  'account',
  'device',
  'stranger',
  'system',
] as const

export interface AuditActor {
  readonly kind: (typeof AUDIT_ACTORS)[number]
  readonly id: string | null
}

const KINDS_BY_PREFIX = new Map<string, AuditActor['kind']>([
  ['acc', 'account'],
  ['dev', 'device'],
  ['opr', 'operator'],
  ['tok', 'token'],
])

/** The actor that is called by its kind, or by its id. Throws for what is neither. */
export const auditActor = (name: string): AuditActor => {
  const nameless = AUDIT_ACTORS.find((kind) => kind === name)
  if (nameless !== undefined) return { kind: nameless, id: null }
  const kind = KINDS_BY_PREFIX.get(name.slice(0, name.indexOf('_')))
  if (kind === undefined) throw new Error('nobody is called so in the audit')
  return { kind, id: name }
}

/** Who did what, or was refused it. */
export interface AuditEntry {
  readonly at: number
  readonly actor: AuditActor
  readonly action: string
  /** What it was done to. */
  readonly subject: string | null
  readonly outcome: string
  readonly code: string | null
  /** Why, in the words of whoever did it. */
  readonly reason: string | null
  /** What it changed, as it was. */
  readonly before: JsonObject | null
  /** What it changed, as it is. */
  readonly after: JsonObject | null
  readonly detail: JsonObject
  readonly remoteAddress: string | null
  /** Of the request that it was; the log and the answer name the same. */
  readonly requestId: string | null
}

/** Its place in the chain. Hashes are SHA-256 in hexadecimal. */
export interface AuditPlace {
  /** From 1 on, without gaps. */
  readonly seq: number
  readonly previousHash: string
  readonly hash: string
}

/** A written entry; never changed. */
export type AuditLine = AuditEntry & AuditPlace

/** A line as far as the chain is concerned; `content` is the encoding of its entry. */
export type AuditLink = AuditPlace & { readonly content: string }

/** The end of the chain at a moment, under the master key. */
export interface AuditCheckpoint {
  readonly seq: number
  readonly at: number
  readonly hash: string
  /** HMAC-SHA-256 in hexadecimal. */
  readonly mac: string
}

/** What a chain that nothing was written to ends with. */
export const EMPTY_CHAIN: Pick<AuditPlace, 'seq' | 'hash'> = { seq: 0, hash: '0'.repeat(64) }

/** What the line `seq` after `previousHash` has as its hash; docs/audit.md defines it. */
export const hashAuditLink = ({
  seq,
  previousHash,
  content,
}: Pick<AuditLink, 'seq' | 'previousHash' | 'content'>): string =>
  hash('sha256', `${previousHash}[${seq},${content}]`)

/** The canonical encoding of an entry, to be put behind its number. Numbers in its objects are integers. */
export const encodeAuditEntry = (entry: AuditEntry): string => {
  const { kind, id } = entry.actor
  const values = [
    formatTime(entry.at),
    { kind, id },
    entry.action,
    entry.subject,
    entry.outcome,
    entry.code,
    entry.reason,
    entry.before,
    entry.after,
    entry.detail,
    entry.remoteAddress,
    entry.requestId,
  ]
  return toAsciiJson(values).slice(1, -1)
}

/** JSON in printable ASCII and without spaces: Python's `json.dumps` with `separators=(',', ':')`. */
export const toAsciiJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const LAST_TIME = 8.64e15

// What a forger wrote may be no time at all.
const formatTime = (at: number): string =>
  Math.abs(at) <= LAST_TIME ? new Date(at).toISOString() : String(at)
