import { AcmeClient } from '../../client/acme/index.ts'
import { ProtocolError, ServiceError } from '../../errors.ts'
import { createSigner } from '../../keys/index.ts'
import { certificateFingerprint } from '../../protocol/x509/index.ts'
import {
  type AcmeCertificate,
  type AcmeSchedule,
  completeAcmeOrder,
  findAcmeCertificate,
  settleAcmeLease,
  transact,
} from '../../store/index.ts'
import type { GivenPair } from '../ca/index.ts'
import { recordAudit } from '../journal/index.ts'
import { ensureAccountKey } from './account.ts'
import type { AcmeOptions } from './options.ts'
import { obtainCertificate } from './order.ts'
import { openStored } from './pair.ts'
import { nameForRenewal, planRenewal, retryAt, twoThirds } from './renewal.ts'

/** What looking after the certificate came to. Times in milliseconds since 1970. */
export type AcmeOutcome =
  /** There was nothing to do, or another server is at it. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'issued'; readonly notAfter: number }
  | {
      readonly kind: 'failed'
      readonly code: string
      readonly detail: string
      readonly nextAt: number
    }

export const IDLE = { kind: 'idle' } as const

/** A CA takes seconds. */
const PATIENCE_MS = 90_000

interface Lease {
  readonly holder: string
  readonly schedule: AcmeSchedule
}

/** The work under one lease, at whose end it is written down how it went. */
export class Turn {
  readonly #options: AcmeOptions
  readonly #lease: Lease

  constructor(options: AcmeOptions, lease: Lease) {
    this.#options = options
    this.#lease = lease
  }

  async run(stop: AbortSignal): Promise<AcmeOutcome> {
    const patience = AbortSignal.timeout(PATIENCE_MS)
    try {
      return await this.#work(AbortSignal.any([stop, patience]))
    } catch (error) {
      // Whoever is told to stop leaves the rest to the others, at once.
      if (stop.aborted) return await this.#settle({ nextAt: this.#options.clock.now() })
      return await this.#fail(patience.aborted ? outOfPatience(error) : error)
    }
  }

  async #work(signal: AbortSignal): Promise<AcmeOutcome> {
    const { db, clock, host, directoryUrl, outbound, deadlineMs, email } = this.#options
    const signer = createSigner(await ensureAccountKey(this.#options))
    const client = new AcmeClient({ directoryUrl, signer, outbound, deadlineMs, signal })
    const stored = await findAcmeCertificate(db, host)
    const held = stored?.directoryUrl === directoryUrl ? stored : undefined
    const certificate = held && openStored(this.#options, held).identity.certificate
    if (certificate !== undefined) {
      const now = clock.now()
      const { renewAt, lookAt } = await planRenewal(client, certificate, now)
      if (renewAt > now) return await this.#settle({ nextAt: Math.min(renewAt, lookAt) })
    }
    await client.register(email)
    const step = { options: this.#options, client, signal }
    const replaces = certificate && nameForRenewal(certificate)
    const { order, pair } = await obtainCertificate(step, replaces)
    return await this.#succeed({ ...order, chain: pair.certificate }, pair)
  }

  async #succeed(order: AcmeCertificate, { identity }: GivenPair): Promise<AcmeOutcome> {
    const { db, clock, directoryUrl, host } = this.#options
    const { bytes, notAfter } = identity.certificate
    const now = clock.now()
    await transact(db, async (tx) => {
      if (!(await completeAcmeOrder(tx, order, { chain: order.chain, at: now }))) return
      await settleAcmeLease(tx, this.#options, {
        holder: this.#lease.holder,
        nextAt: Math.min(twoThirds(identity.certificate), now + FIRST_LOOK_MS),
        failures: 0,
        lastSuccessAt: now,
        lastFailure: this.#lease.schedule.lastFailure,
      })
      await recordAudit(tx, {
        ...{ at: now, actor: 'system', action: 'tls.order', outcome: 'done', origin: undefined },
        subject: certificateFingerprint(bytes),
        detail: { host, directoryUrl },
      })
    })
    return { kind: 'issued', notAfter }
  }

  async #settle(change: Partial<AcmeSchedule>): Promise<AcmeOutcome> {
    const { holder, schedule } = this.#lease
    await settleAcmeLease(this.#options.db, this.#options, { ...schedule, ...change, holder })
    return IDLE
  }

  async #fail(error: unknown): Promise<AcmeOutcome> {
    const { db, clock, host, directoryUrl } = this.#options
    const { schedule, holder } = this.#lease
    const now = clock.now()
    const failures = schedule.failures + 1
    const { code, detail, retryAfter } = describe(error)
    const nextAt = retryAt(now, failures, retryAfter)
    await transact(db, async (tx) => {
      const lastFailure = { at: now, code, detail }
      await settleAcmeLease(tx, this.#options, {
        ...schedule,
        nextAt,
        failures,
        lastFailure,
        holder,
      })
      await recordAudit(tx, {
        ...{ at: now, actor: 'system', action: 'tls.order', outcome: 'refused', origin: undefined },
        code,
        detail: { host, directoryUrl },
      })
    })
    if (code === UNEXPECTED) throw error
    return { kind: 'failed', code, detail, nextAt }
  }
}

/** When a CA is first asked when to renew what it has just issued. */
const FIRST_LOOK_MS = 3_600_000

const UNEXPECTED = 'internal'

const describe = (
  error: unknown,
): { readonly code: string; readonly detail: string; readonly retryAfter: number | undefined } => {
  if (error instanceof ServiceError) return error
  if (error instanceof ProtocolError) {
    return { code: error.code, detail: error.message, retryAfter: undefined }
  }
  return { code: UNEXPECTED, detail: 'something went wrong here', retryAfter: undefined }
}

const outOfPatience = (cause: unknown): ServiceError =>
  new ServiceError('unavailable', 'acme_timed_out', 'the CA has not come to an end in time', {
    cause,
  })
