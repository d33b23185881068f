import type { FastifyInstance } from 'fastify'
import { begin, type Failure, toFailure } from './failure.ts'
import { messagePage } from './page/index.ts'

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
  sign_in_needed: {
    title: 'Please sign in',
    text: 'This page is for operators. Sign in, or ask for a link to it.',
  },
  permission_missing: {
    title: 'Not for your role',
    text: 'Your role does not allow this. An owner can change that.',
  },
  foreign_origin: {
    title: 'That came from elsewhere',
    text: 'The request was not sent by a page of this server. Open the page here and try again.',
  },
  set_up_link_invalid: {
    title: 'This link was used',
    text: 'It works once, for 15 minutes, and while there is no operator. Ask for a new one on the server: windfall operator setup-link',
  },
  not_found: { title: 'Nothing here', text: 'The address is not one of ours.' },
}

const wordingOf = ({ status, code, detail }: Failure): Wording =>
  WORDING[code] ??
  (status >= 500
    ? { title: 'Not your fault', text: 'Something went wrong here. Please try again in a minute.' }
    : { title: 'That did not work', text: `${detail.charAt(0).toUpperCase()}${detail.slice(1)}.` })

/** People get a page that says what happened, and where to go on. */
export const answerWithPages = (
  server: FastifyInstance,
  organization: string,
  action: { readonly href: string; readonly label: string },
): void => {
  server.setErrorHandler(async (error, request, reply) => {
    const failure = toFailure(error, request)
    const page = messagePage({
      organization,
      ...wordingOf(failure),
      action,
      supportCode: request.id,
    })
    await begin(reply, failure).type('text/html').send(page)
  })
}
