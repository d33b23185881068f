import type { FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import type { InvitationService } from '../../service/invitation/index.ts'
import { cookieOf, INVITATION_COOKIE, originOf } from '../request.ts'

/** By which invitation a browser came. */
export interface Invited {
  /** Of the link. */
  readonly secret: string
  /** The flow that it leads into. */
  readonly flow: string
  /** The account holder whom it is for. */
  readonly name: string
}

/** The invitation by which a browser came, if it can still be used. */
export const invitedBy = async (
  invitations: InvitationService,
  request: FastifyRequest,
): Promise<Invited | undefined> => {
  const secret = cookieOf(request, INVITATION_COOKIE)
  if (secret === undefined) return undefined
  try {
    const by = { origin: originOf(request), isPerson: false }
    const { flow, account } = await invitations.lookAt(secret, by)
    return { secret, flow, name: account.name }
  } catch (error) {
    if (error instanceof ServiceError && error.kind !== 'unavailable') return undefined
    throw error
  }
}
