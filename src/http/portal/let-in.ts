import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SignedIn } from '../../service/account/index.ts'
import type { EnrollmentService } from '../../service/enrollment/index.ts'
import type { Access } from '../../service/operator/index.ts'
import { originOf, PORTAL_COOKIE, sessionCookie } from '../request.ts'

export interface LetInOptions {
  /** How long a sign-in lasts. */
  readonly minutes: number
  readonly enrollment: EnrollmentService
  readonly access: Access
}

/** Begins the enrollment of an account holder who has signed in, and sends their browser on. */
export const letIn = async (
  { minutes, enrollment, access }: LetInOptions,
  { account, context }: SignedIn,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const id = await enrollment.begin(account, originOf(request))
  const session = await access.createPortalSession(id, minutes)
  reply.header('set-cookie', sessionCookie(PORTAL_COOKIE, session.secret, session.seconds))
  return await reply.redirect(`/enroll/ready${context && `?${context}`}`, 303)
}
