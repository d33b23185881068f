import type { FastifyInstance } from 'fastify'
import { begin, type Failure, toFailure } from '../failure.ts'
import { messagePage } from '../page/index.ts'

interface Wording {
  readonly title: string
  readonly text: string
}

const WORDING: Readonly<Record<string, Wording>> = {
  enrollment_state: {
    title: 'This enrollment has gone on',
    text: 'The profile can no longer be downloaded here. Sign in again to begin anew.',
  },
  link_invalid: {
    title: 'This link was used',
    text: 'It opens once and for 15 minutes. Ask for a new one where you got it.',
  },
  session_missing: {
    title: 'Please sign in',
    text: 'Your sign-in has ended, or you came here directly.',
  },
  not_found: { title: 'Nothing here', text: 'The address is not one of ours.' },
}

const wordingOf = ({ status, code, detail }: Failure): Wording =>
  WORDING[code] ??
  (status >= 500
    ? { title: 'Not your fault', text: 'Something went wrong here. Please try again in a minute.' }
    : { title: 'That did not work', text: `${detail.charAt(0).toUpperCase()}${detail.slice(1)}.` })

/** People get a page that says what to do. */
export const answerWithPages = (server: FastifyInstance, organization: string): void => {
  server.setErrorHandler(async (error, request, reply) => {
    const failure = toFailure(error, request)
    const page = messagePage({
      organization,
      ...wordingOf(failure),
      action: { href: '/enroll', label: 'Go to sign-in' },
      supportCode: request.id,
    })
    await begin(reply, failure).type('text/html').send(page)
  })
}
