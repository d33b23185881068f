import { createReadStream } from 'node:fs'
import { z } from 'zod'
import {
  AUDIT_ACTORS,
  type AuditCheckpoint,
  type AuditLink,
  encodeAuditEntry,
} from '../model/index.ts'
import { CommandError, ExitCode } from './exit.ts'

const OBJECT = z.record(z.string(), z.json())

// Strict: a member that the chain does not know could say anything.
const LINE = z.strictObject({
  seq: z.int(),
  at: z.string(),
  actor: z.strictObject({ kind: z.enum(AUDIT_ACTORS), id: z.string().nullable() }),
  action: z.string(),
  subject: z.string().nullable(),
  outcome: z.string(),
  code: z.string().nullable(),
  reason: z.string().nullable(),
  before: OBJECT.nullable(),
  after: OBJECT.nullable(),
  detail: OBJECT,
  remoteAddress: z.string().nullable(),
  requestId: z.string().nullable(),
  previousHash: z.string(),
  hash: z.string(),
})

const CHECKPOINT = z.strictObject({
  checkpoint: z.strictObject({
    seq: z.int(),
    at: z.int(),
    hash: z.string(),
    mac: z.string(),
  }),
})

const RECORD = z.union([CHECKPOINT, LINE])

type AuditRecord = AuditLink | { readonly checkpoint: AuditCheckpoint }

/** The records of an export, one after another. @throws CommandError `failed` where a line is none */
export async function* readAuditFile(file: string): AsyncGenerator<AuditRecord> {
  let number = 0
  for await (const text of linesOf(createReadStream(file, 'utf8'))) {
    number += 1
    const { data: record } = RECORD.safeParse(parseJson(text))
    if (record === undefined) {
      throw new CommandError(ExitCode.failed, `line ${number} of the file is no line of an audit`)
    }
    yield 'checkpoint' in record ? record : toLink(record)
  }
}

// Not node:readline: it ends lines also where JSON has none, at U+2028.
async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const toLink = ({ seq, previousHash, hash, ...entry }: z.output<typeof LINE>): AuditLink => {
  const at = Date.parse(entry.at)
  const isAsWritten = !Number.isNaN(at) && new Date(at).toISOString() === entry.at
  return { seq, previousHash, hash, content: isAsWritten ? encodeAuditEntry({ ...entry, at }) : '' }
}
