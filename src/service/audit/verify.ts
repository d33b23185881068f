import { setImmediate } from 'node:timers/promises'
import { ServiceError } from '../../errors.ts'
import type { MasterKey } from '../../keys/index.ts'
import { type AuditCheckpoint, type AuditLine, EMPTY_CHAIN } from '../../model/index.ts'
import {
  type Db,
  findAuditHead,
  findAuditStart,
  findLastAuditCheckpoint,
  listAuditCheckpoints,
  listAuditLinks,
} from '../../store/index.ts'
import { type AuditFault, findLinkFault, type Position, rewritten, truncated } from './chain.ts'
import { isGenuine } from './checkpoint.ts'

/** What looking at a piece of the chain has shown. */
export interface AuditVerdict {
  /** How many lines were looked at. */
  readonly lines: number
  /** How many checkpoints of them agree. */
  readonly checkpoints: number
  /** The last line up to which all is good. */
  readonly seq: number
  /** False where there are lines behind it that nobody has looked at yet. */
  readonly isComplete: boolean
  readonly fault: AuditFault | undefined
}

export const START: Position = { ...EMPTY_CHAIN, previousHash: '' }

const PAGE = 1000

interface Chain {
  readonly db: Db
  readonly masterKey: MasterKey
}

interface Piece {
  readonly after: number
  readonly limit: number
}

/** Follows the chain behind the line `after`, which is taken for good, for about `limit` lines. */
export const verifyAudit = async (chain: Chain, piece: Piece): Promise<AuditVerdict> => {
  for (;;) {
    const start = await findAuditStart(chain.db)
    const verdict = await follow(chain, piece, start)
    if (verdict.fault === undefined) return verdict
    // Lines that were removed by right meanwhile are no fault.
    if ((await findAuditStart(chain.db))?.seq === start?.seq) return verdict
  }
}

const follow = async (
  { db, masterKey }: Chain,
  { after, limit }: Piece,
  start: AuditCheckpoint | undefined,
): Promise<AuditVerdict> => {
  if (start !== undefined && !isGenuine(masterKey, start, 'start ')) {
    const fault = rewritten(start.seq, 'the beginning was not made under this master key')
    return { lines: 0, checkpoints: 0, seq: 0, isComplete: false, fault }
  }
  // Asked for first: lines may be appended meanwhile.
  const end = { head: await findAuditHead(db), checkpoint: await findLastAuditCheckpoint(db) }
  let last = await findPosition(db, after, start)
  let [lines, checkpoints, isComplete] = [0, 0, false]
  let fault = findHeadFault(last, end.head)
  while (fault === undefined && !isComplete && lines < limit) {
    const page = await readPage(db, last.seq)
    checkpoints += page.checkpoints.length
    isComplete = page.links.length <= PAGE
    for (const [index, link] of page.links.slice(0, PAGE).entries()) {
      fault =
        findLinkFault(last, link, page.links[index + 1]) ??
        findHeadFault(link, end.head) ??
        findCheckpointFault(masterKey, link, page.checkpoints)
      if (fault !== undefined) break
      last = link
      lines += 1
    }
    // The database may answer without letting anybody else have a turn.
    await setImmediate()
  }
  if (fault === undefined && isComplete) fault = findEndFault(last, end)
  return { lines, checkpoints, seq: last.seq, isComplete: isComplete && fault === undefined, fault }
}

const findPosition = async (
  db: Db,
  seq: number,
  start: AuditCheckpoint | undefined,
): Promise<Position> => {
  if (start !== undefined && seq <= start.seq) return { ...start, previousHash: '' }
  if (seq === 0) return START
  const [link] = await listAuditLinks(db, { after: seq - 1, upTo: seq, limit: 1 })
  if (link !== undefined) return link
  throw new ServiceError('not_found', 'audit_line_unknown', 'there is no line of this number')
}

/** One line more than is looked at: the one after the last. */
const readPage = async (db: Db, after: number) => {
  const upTo = Number.MAX_SAFE_INTEGER
  const links = await listAuditLinks(db, { after, upTo, limit: PAGE + 1 })
  const last = links.at(Math.min(links.length, PAGE) - 1)
  const checkpoints =
    last === undefined ? [] : await listAuditCheckpoints(db, { after, upTo: last.seq })
  return { links, checkpoints }
}

type Line = Pick<AuditLine, 'seq' | 'hash'>

const findHeadFault = ({ seq, hash }: Line, head: Line | undefined): AuditFault | undefined =>
  seq === head?.seq && hash !== head.hash
    ? rewritten(seq, 'the head of the chain is another')
    : undefined

const findCheckpointFault = (
  masterKey: MasterKey,
  { seq, hash }: Line,
  checkpoints: readonly AuditCheckpoint[],
): AuditFault | undefined => {
  const checkpoint = checkpoints.find((each) => each.seq === seq)
  if (checkpoint === undefined) return undefined
  if (checkpoint.hash !== hash) return rewritten(seq, 'a checkpoint has another hash of it')
  if (isGenuine(masterKey, checkpoint)) return undefined
  return rewritten(seq, 'its checkpoint was not made under this master key')
}

const findEndFault = (
  { seq }: Line,
  { head, checkpoint }: { readonly head: Line | undefined; readonly checkpoint: number },
): AuditFault | undefined => {
  if (checkpoint > seq) return truncated(seq + 1, `there is a checkpoint of line ${checkpoint}`)
  if (head === undefined) return truncated(seq + 1, 'the head of the chain is gone')
  return head.seq > seq ? truncated(seq + 1, `the head names line ${head.seq}`) : undefined
}
