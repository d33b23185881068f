import type { EnrollmentId, FlowId, InvitationId } from '../model/index.ts'
import type { Executor } from './schema.ts'

/** The newest enrollment that stands for an invitation and waits for its account holder. */
export const findInvitedEnrollment = async (
  db: Executor,
  id: InvitationId,
): Promise<{ readonly id: EnrollmentId; readonly state: 'invited' } | undefined> => {
  const row = await db
    .selectFrom('enrollment')
    .select('id')
    .where('invitation_id', '=', id)
    .where('state', '=', 'invited')
    .orderBy('id', 'desc')
    .executeTakeFirst()
  return row && { id: row.id, state: 'invited' }
}

/** Says with which invitation an enrollment is begun, and from where. */
export const attributeEnrollment = async (
  db: Executor,
  id: EnrollmentId,
  {
    invitationId,
    flowId,
    remoteAddress,
    userAgent,
  }: {
    readonly invitationId: InvitationId
    readonly flowId: FlowId | null
    readonly remoteAddress: string
    readonly userAgent: string | null
  },
): Promise<void> => {
  await db
    .updateTable('enrollment')
    .set({
      invitation_id: invitationId,
      flow_id: flowId,
      remote_address: remoteAddress,
      user_agent: userAgent,
    })
    .where('id', '=', id)
    .execute()
}
