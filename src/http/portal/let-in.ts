import type { FastifyReply, FastifyRequest } from 'fastify'
import type { EnrollmentId, SignInMethod } from '../../model/index.ts'
import type { SignedIn } from '../../service/account/index.ts'
import type { EnrollmentService } from '../../service/enrollment/index.ts'
import type { FlowBook } from '../../service/flow/index.ts'
import type { Access } from '../../service/operator/index.ts'
import { originOf, PORTAL_COOKIE, sessionCookie } from '../request.ts'
import { flowOfContext, requireMethod } from './flow.ts'

export interface LetInOptions {
  /** How long a sign-in lasts. */
  readonly minutes: number
  readonly enrollment: EnrollmentService
  readonly flowBook: FlowBook
  readonly access: Access
}

/**
 * Begins the enrollment of an account holder who has signed in, by the flow that their context names, and sends their
 * browser on. @throws ServiceError as `flowOfContext`, `requireMethod` and `beginEnrollment`
 */
export const letIn = async (
  options: LetInOptions,
  { account, context, method }: SignedIn & { readonly method: SignInMethod },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const choices = await flowOfContext(options.flowBook, context)
  requireMethod(choices, method)
  const id = await options.enrollment.begin(account, originOf(request), { choices })
  return await goOn(options, { id, context }, reply)
}

/** Lets a browser go on with an enrollment that has just begun. */
export const goOn = async (
  { minutes, access }: LetInOptions,
  { id, context }: { readonly id: EnrollmentId; readonly context: string },
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const session = await access.createPortalSession(id, minutes)
  reply.header('set-cookie', sessionCookie(PORTAL_COOKIE, session.secret, session.seconds))
  return await reply.redirect(`/enroll/ready${context && `?${context}`}`, 303)
}
