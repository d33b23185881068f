import { statfs } from 'node:fs/promises'
import { ServiceError } from '../../errors.ts'
import type { Clock } from '../../model/index.ts'
import { type Db, findNewestTime, writeProbe } from '../../store/index.ts'
import { type Authority, assertKeysUsable } from '../ca/index.ts'
import type { Check } from './health.ts'

/** The check of what lies elsewhere, on PostgreSQL. */
export const DATABASE = 'database'

const DAY = 86_400_000
const MEGABYTE = 1_000_000

export interface CheckOptions {
  readonly db: Db
  readonly clock: Clock
  readonly authority: Authority
  /** The data directory. */
  readonly directory: string
  /** What has to be free there. */
  readonly leastMegabytes: number
}

/** What windfall cannot do without: database, keys, CA, clock, disk. */
export const ownChecks = (options: CheckOptions): readonly Check[] => {
  const { db, clock, authority } = options
  return [
    { name: DATABASE, run: () => writeProbe(db, clock.now()) },
    { name: 'keys', run: () => assertKeysUsable(authority) },
    { name: 'ca', run: async () => assertValid(authority, clock.now()) },
    { name: 'clock', run: () => assertNotBehind(options) },
    { name: 'disk', run: () => assertSpace(options) },
  ]
}

const unfit = (code: string, detail: string): ServiceError =>
  new ServiceError('unavailable', code, detail)

const assertValid = ({ root, issuing, responder }: Authority, now: number): void => {
  for (const { notBefore, notAfter } of [root, issuing.certificate, responder.certificate]) {
    if (now < notBefore) throw unfit('ca_not_yet_valid', 'a certificate of the CA is not yet valid')
    if (now > notAfter) throw unfit('ca_expired', 'a certificate of the CA has ended')
  }
}

// A clock that is behind signs certificates that nobody accepts and takes ended challenges for good ones.
const assertNotBehind = async ({ db, clock }: CheckOptions): Promise<void> => {
  const newest = await findNewestTime(db)
  if (newest !== undefined && clock.now() < newest - DAY) {
    throw unfit('clock_behind', 'the clock is more than a day before what was recorded')
  }
}

const assertSpace = async ({ directory, leastMegabytes }: CheckOptions): Promise<void> => {
  const { bavail, bsize } = await statfs(directory)
  if (bavail * bsize < leastMegabytes * MEGABYTE) {
    throw unfit('disk_full', 'too little of the disk is free')
  }
}
