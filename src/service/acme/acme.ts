import { randomUUID } from 'node:crypto'
import { parseCertificates } from '../../protocol/x509/index.ts'
import {
  type AcmeSchedule,
  findAcmeAnswer,
  findAcmeCertificate,
  findAcmeSchedule,
  takeAcmeLease,
} from '../../store/index.ts'
import type { Renewable } from '../ca/index.ts'
import { openAcmeCertificate } from './certificate.ts'
import type { AcmeOptions } from './options.ts'
import { type AcmeOutcome, IDLE, Turn } from './turn.ts'

export interface AcmeStatus {
  readonly directoryUrl: string
  readonly host: string
  readonly schedule: AcmeSchedule | undefined
  /** When the certificate that is there ends; undefined where there is none. */
  readonly notAfter: number | undefined
}

/** Certificates for the public name from an ACME CA. */
export interface AcmeService {
  /** What serves TLS: the certificate of the CA, until there is one that of `openOwn`. */
  open(openOwn: () => Promise<Renewable>): Promise<Renewable>
  /** Orders a certificate if that is due and no other server is at it. */
  look(signal: AbortSignal): Promise<AcmeOutcome>
  /** What the CA is to be told that asks for the token; undefined where nobody asked for it. */
  findAnswer(token: string): Promise<string | undefined>
  status(): Promise<AcmeStatus>
}

/** One server may take this long before another one goes on; more than it gives itself. */
const LEASE_MS = 120_000

export const createAcmeService = (options: AcmeOptions): AcmeService => {
  const { db, clock, host, directoryUrl } = options
  const holder = randomUUID()
  return {
    open: (openOwn) => openAcmeCertificate(options, openOwn),
    async look(signal) {
      const now = clock.now()
      const seen = await findAcmeSchedule(db, options)
      if (seen !== undefined && Math.max(seen.nextAt, seen.heldUntil) > now) return IDLE
      const lease = { holder, now, until: now + LEASE_MS }
      const schedule = await takeAcmeLease(db, options, lease)
      if (schedule === undefined) return IDLE
      return await new Turn(options, { holder, schedule }).run(signal)
    },
    findAnswer: (token) => findAcmeAnswer(db, token, clock.now()),
    async status() {
      const [schedule, stored] = await Promise.all([
        findAcmeSchedule(db, options),
        findAcmeCertificate(db, host),
      ])
      const notAfter = stored && parseCertificates(Buffer.from(stored.chain))[0].notAfter
      return { directoryUrl, host, schedule, notAfter }
    },
  }
}
