import type { FastifyReply } from 'fastify'
import { OPERATOR_COOKIE, sessionCookie } from '../request.ts'

/** Lets somebody in whose session has begun. */
export const enter = async (
  reply: FastifyReply,
  { secret, seconds }: { readonly secret: string; readonly seconds: number },
): Promise<FastifyReply> =>
  await reply
    .header('set-cookie', sessionCookie(OPERATOR_COOKIE, secret, seconds))
    .redirect('/enrollments', 303)
