import { parseId } from '../../model/index.ts'
import {
  type Executor,
  findInvitation,
  findInvitedEnrollment,
  type Invitation,
} from '../../store/index.ts'
import type { JobHandler } from '../job/index.ts'
import { moveWithStep } from '../journal/index.ts'
import type { InvitationOptions } from './context.ts'
import { enqueueExpiry } from './create.ts'

/** Ends what waits for an invitation whose time is up; one that was given more time is looked at again then. */
export const expire =
  (options: InvitationOptions): JobHandler =>
  async ({ subject }) => {
    const id = subject === null ? undefined : parseId('invitation', subject)
    const invitation = id && (await findInvitation(options.db, id))
    if (invitation === undefined || invitation.revokedAt !== null) return { kind: 'done' }
    return { kind: 'done', record: (tx) => settle(options, tx, invitation) }
  }

const settle = async (
  options: InvitationOptions,
  tx: Executor,
  { id, expiresAt }: Invitation,
): Promise<void> => {
  const { clock, meter } = options
  const at = clock.now()
  if (expiresAt > at) return await enqueueExpiry(options, tx, { id, expiresAt })
  const waiting = await findInvitedEnrollment(tx, id)
  if (waiting === undefined) return
  await moveWithStep({ tx, meter }, waiting, {
    ...{ event: 'expire', at, code: 'expired', outcome: 'failed', reason: 'invitation_expired' },
    summary: 'Nobody used the invitation in time.',
    origin: undefined,
    changes: { code: 'invitation_expired' },
  })
}
