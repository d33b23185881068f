import {
  type Executor,
  endAllSessions,
  endOpenChallenges,
  listExpiredEnrollments,
  revokeTokensOfKind,
  revokeUnsignedCertificates,
} from '../../store/index.ts'
import { type Journal, type Meter, moveWithStep, recordAudit } from '../journal/index.ts'

const BATCH = 500
/** When the time of every enrollment is up that time can end. */
const ALWAYS = Number.MAX_SAFE_INTEGER

/** What was open when the backup was taken, and is no more. */
export interface Ended {
  readonly challenges: number
  readonly enrollments: number
  readonly certificates: number
  readonly tokens: number
  readonly sessions: number
}

interface Restoration {
  readonly takenAt: number
  readonly at: number
  readonly meter: Meter
}

const OPENING = ['link', 'session', 'portal', 'set-up', 'oidc', 'oidc-enroll'] as const

/**
 * Ends all that was open at the time of the backup. Since then the server that it is of may have spent the
 * challenges, signed the certificates and used up the links: none of it may happen a second time.
 */
export const endWhatWasOpen = async (
  tx: Executor,
  { takenAt, at, meter }: Restoration,
): Promise<Ended> => {
  const ended = {
    challenges: await endOpenChallenges(tx, 0),
    enrollments: await endEnrollments({ tx, meter }, { takenAt, at }),
    certificates: await revokeUnsignedCertificates(tx, { at, reason: 'restored' }),
    tokens: await revokeTokensOfKind(tx, OPENING, at),
    sessions: await endAllSessions(tx, at),
  }
  await recordAudit(tx, {
    at,
    actor: 'owner',
    action: 'backup.restore',
    outcome: 'done',
    detail: { takenAt, ended },
    origin: undefined,
  })
  return ended
}

const endEnrollments = async (
  journal: Journal,
  { takenAt, at }: Omit<Restoration, 'meter'>,
): Promise<number> => {
  let count = 0
  for (;;) {
    const open = await listExpiredEnrollments(journal.tx, ALWAYS, BATCH)
    for (const enrollment of open) {
      const moved = await moveWithStep(journal, enrollment, {
        event: 'expire',
        at,
        code: 'expired',
        outcome: 'failed',
        summary: `The server was restored from a backup; the enrollment stood at "${enrollment.state}".`,
        detail: { reason: 'restored', takenAt },
        origin: undefined,
        changes: { code: 'restored' },
      })
      if (!moved) throw new Error(`the enrollment ${enrollment.id} cannot be ended`)
    }
    count += open.length
    if (open.length < BATCH) return count
  }
}
