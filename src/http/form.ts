import type { FastifyReply, FastifyRequest } from 'fastify'
import { ServiceError } from '../errors.ts'
import { begin, toFailure } from './failure.ts'
import { bodyOf } from './request.ts'
import type { Texts } from './text/index.ts'

/** The fields of a form that was sent. */
export const formOf = (request: FastifyRequest): URLSearchParams =>
  new URLSearchParams(Buffer.from(bodyOf(request)).toString('utf8'))

const PROBLEMS = new Map([
  ['sign_in_failed', 'This name and password do not go together. Please try again.'],
  ['too_many_attempts', 'Too many attempts. Please wait a quarter of an hour and try again.'],
  ['operator_name', 'A name has 1 to 64 characters and no colon.'],
  ['password_short', 'The password has fewer than 12 characters. Please choose a longer one.'],
  ['password_too_long', 'The password is too long.'],
])

const problemOf = (code: string, texts: Texts | undefined): string | undefined => {
  if (texts === undefined) return PROBLEMS.get(code)
  return Object.entries(texts.signIn.problems).find(([known]) => known === code)?.[1]
}

/** Shows a form again, with what was wrong: in the words of the portal, or for operators. @throws `error` where it is not for whoever fills in a form */
export const showAgain = async (
  reply: FastifyReply,
  error: unknown,
  render: (problem: string) => string,
  texts?: Texts,
): Promise<FastifyReply> => {
  const problem = error instanceof ServiceError ? problemOf(error.code, texts) : undefined
  if (problem === undefined) throw error
  const failure = toFailure(error, reply.request)
  // A page with a form is the answer here; 401 would need a challenge that browsers show as a dialog.
  const status = failure.status === 401 ? 403 : failure.status
  return await begin(reply, { ...failure, status })
    .type('text/html')
    .send(render(problem))
}
