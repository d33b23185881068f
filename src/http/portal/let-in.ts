import type { FastifyReply, FastifyRequest } from 'fastify'
import type { EnrollmentId, SignInMethod } from '../../model/index.ts'
import type { SignedIn } from '../../service/account/index.ts'
import type { EnrollmentService } from '../../service/enrollment/index.ts'
import type { Access } from '../../service/operator/index.ts'
import { cookieOf, INVITATION_COOKIE, originOf, PORTAL_COOKIE, sessionCookie } from '../request.ts'
import { openVisit, requireMethod, type VisitOptions } from './flow.ts'

export interface LetInOptions extends VisitOptions {
  /** How long a sign-in lasts. */
  readonly minutes: number
  readonly enrollment: EnrollmentService
  readonly access: Access
}

/**
 * Begins the enrollment of an account holder who has signed in by a method, and sends their browser on.
 * @throws ServiceError as `openVisit`, `requireMethod` and `EnrollmentService.begin`
 */
export const letIn = async (
  options: LetInOptions,
  { account, context }: SignedIn,
  {
    by,
    request,
    reply,
  }: {
    readonly by: SignInMethod
    readonly request: FastifyRequest
    readonly reply: FastifyReply
  },
): Promise<FastifyReply> => {
  const { choices, invited } = await openVisit(options, context, request)
  requireMethod(choices, by)
  const origin = originOf(request)
  const secret = cookieOf(request, INVITATION_COOKIE)
  // Whether it is taken or refused, the browser forgets it.
  if (secret !== undefined) reply.header('set-cookie', sessionCookie(INVITATION_COOKIE, '', 0))
  if (invited !== undefined) {
    const id = await options.invitations.beginWith(invited.secret, account, origin)
    return await goOn(options, { id, context }, reply)
  }
  // Whoever came by one that is not good any more is told so.
  if (secret !== undefined) await options.invitations.lookAt(secret, { origin, isPerson: false })
  const id = await options.enrollment.begin(account, origin, { choices })
  return await goOn(options, { id, context }, reply)
}

/** Lets a person go on with an enrollment that has just begun. */
export const goOn = async (
  { minutes, access }: Pick<LetInOptions, 'minutes' | 'access'>,
  { id, context }: { readonly id: EnrollmentId; readonly context: string },
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const session = await access.createPortalSession(id, minutes)
  reply.header('set-cookie', sessionCookie(PORTAL_COOKIE, session.secret, session.seconds))
  return await reply.redirect(`/enroll/ready${context && `?${context}`}`, 303)
}
