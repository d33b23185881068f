import type { FastifyReply, FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import type { EnrollmentId } from '../../model/index.ts'
import type { SignIn } from '../../service/account/index.ts'
import type { EnrollmentService } from '../../service/enrollment/index.ts'
import type { InvitationService } from '../../service/invitation/index.ts'
import { cookieOf, INVITATION_COOKIE, originOf, sessionCookie } from '../request.ts'

interface Services {
  readonly enrollment: EnrollmentService
  readonly invitations: InvitationService
}

/** The name of the account holder by whose invitation a browser came, if it can still be used. */
export const invitedName = async (
  { invitations }: Pick<Services, 'invitations'>,
  request: FastifyRequest,
): Promise<string | undefined> => {
  const secret = cookieOf(request, INVITATION_COOKIE)
  if (secret === undefined) return undefined
  try {
    const by = { origin: originOf(request), isPerson: false }
    return (await invitations.lookAt(secret, by)).account.name
  } catch (error) {
    if (error instanceof ServiceError && error.kind !== 'unavailable') return undefined
    throw error
  }
}

/**
 * Begins an enrollment of who has signed in, with the invitation by which their browser came, if it came by one. Whether it
 * is taken or refused, the browser forgets it.
 * @throws ServiceError as `InvitationService.beginWith`
 */
export const beginSignedIn = async (
  { enrollment, invitations }: Services,
  account: Awaited<ReturnType<SignIn>>,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<EnrollmentId> => {
  const secret = cookieOf(request, INVITATION_COOKIE)
  if (secret === undefined) return await enrollment.begin(account, originOf(request))
  reply.header('set-cookie', sessionCookie(INVITATION_COOKIE, '', 0))
  return await invitations.beginWith(secret, account, originOf(request))
}
