import { type AuditLink, hashAuditLink } from '../../model/index.ts'

/** What is wrong with the chain at its line `seq`, as far as that can be told. */
export interface AuditFault {
  readonly seq: number
  readonly kind: 'changed' | 'removed' | 'inserted' | 'reordered' | 'truncated' | 'rewritten'
  /** One sentence. */
  readonly detail: string
}

/** A line up to which the chain is good. */
export type Position = Pick<AuditLink, 'seq' | 'hash' | 'previousHash'>

const fault = (seq: number, kind: AuditFault['kind'], detail: string): AuditFault => ({
  seq,
  kind,
  detail: `Line ${seq} ${detail}.`,
})

/**
 * What is wrong with `link` behind `last`, if anything. The line after it helps to tell what happened: who inserts
 * or removes a row has to give other numbers to the rows behind it.
 */
export const findLinkFault = (
  last: Position,
  link: AuditLink,
  next: AuditLink | undefined,
): AuditFault | undefined => {
  const seq = last.seq + 1
  if (link.seq !== seq) {
    if (link.seq < seq) return fault(link.seq, 'inserted', 'is there a second time')
    return next?.seq === seq
      ? fault(seq, 'reordered', 'stands behind the one after it')
      : fault(seq, 'removed', 'is missing')
  }
  const follows = link.previousHash === last.hash
  if (follows && wasWrittenAs(link, seq)) return undefined
  if (link.previousHash === last.previousHash && wasWrittenAs(link, last.seq)) {
    return fault(last.seq, 'inserted', 'was not there when the one after it was written')
  }
  if (!follows && wasWrittenAs(link, seq)) {
    return fault(last.seq, 'changed', 'is another than the one after it was written behind')
  }
  const wasNext = wasWrittenAs(link, seq + 1)
  if (next?.previousHash === last.hash && wasWrittenAs(next, seq)) {
    return wasNext
      ? fault(seq, 'reordered', 'has changed places with the one after it')
      : fault(seq, 'inserted', 'was not there when the one after it was written')
  }
  return wasNext
    ? fault(seq, 'removed', 'is missing, and those after it have other numbers')
    : fault(seq, 'changed', 'is not the one that was written there')
}

const wasWrittenAs = (link: AuditLink, seq: number): boolean =>
  hashAuditLink({ ...link, seq }) === link.hash

export const truncated = (seq: number, evidence: string): AuditFault =>
  fault(seq, 'truncated', `and all after it are missing: ${evidence}`)

export const rewritten = (seq: number, evidence: string): AuditFault =>
  fault(seq, 'rewritten', `or one before it was written anew: ${evidence}`)
