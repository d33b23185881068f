import { timingSafeEqual } from 'node:crypto'
import type { MasterKey } from '../../keys/index.ts'
import type { AuditCheckpoint, AuditLine, Clock } from '../../model/index.ts'
import {
  type Db,
  findAuditHead,
  findLastAuditCheckpoint,
  insertAuditCheckpoint,
} from '../../store/index.ts'

export interface CheckpointOptions {
  readonly db: Db
  readonly masterKey: MasterKey
  readonly clock: Clock
}

/** Keeps a checkpoint of the last line, unless nothing has been written since the one before. */
export const makeCheckpoint = async (options: CheckpointOptions): Promise<void> => {
  const { db } = options
  const [head, last] = [await findAuditHead(db), await findLastAuditCheckpoint(db)]
  if (head === undefined || head.seq <= last) return
  await insertAuditCheckpoint(db, checkpointOf(options, head))
}

/** A checkpoint of any line. */
export const checkpointOf = (
  { masterKey, clock }: Pick<CheckpointOptions, 'masterKey' | 'clock'>,
  { seq, hash }: Pick<AuditLine, 'seq' | 'hash'>,
): AuditCheckpoint => {
  const at = clock.now()
  return { seq, at, hash, mac: macOf(masterKey, { seq, at, hash }) }
}

/** A new beginning behind a line. Its MAC is of another kind: no checkpoint can pass for one. */
export const startOf = (
  { masterKey, clock }: Pick<CheckpointOptions, 'masterKey' | 'clock'>,
  { seq, hash }: Pick<AuditLine, 'seq' | 'hash'>,
): AuditCheckpoint => {
  const at = clock.now()
  return { seq, at, hash, mac: macOf(masterKey, { seq, at, hash }, 'start ') }
}

/** Whether it was made under this master key. */
export const isGenuine = (
  masterKey: MasterKey,
  checkpoint: AuditCheckpoint,
  kind: '' | 'start ' = '',
): boolean => {
  const expected = Buffer.from(macOf(masterKey, checkpoint, kind))
  const given = Buffer.from(checkpoint.mac)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

const macOf = (
  masterKey: MasterKey,
  { seq, at, hash }: Omit<AuditCheckpoint, 'mac'>,
  kind: '' | 'start ' = '',
): string =>
  Buffer.from(masterKey.mac('audit', Buffer.from(`${kind}${seq} ${at} ${hash}`))).toString('hex')
