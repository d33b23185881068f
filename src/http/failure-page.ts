import type { FastifyInstance } from 'fastify'
import { begin, type Failure, toFailure } from './failure.ts'
import { messagePage } from './page/index.ts'

interface Wording {
  readonly title: string
  readonly text: string
}

const INTERRUPTED: Wording = {
  title: 'Please begin again',
  text: 'This sign-in was used, took more than ten minutes, or began in another browser.',
}

const UNNAMED: Wording = {
  title: 'You have no name here',
  text: 'The sign-in provider says neither a name nor a verified e-mail address that you can be called by. Ask the help desk to add you.',
}

const WORDING: Readonly<Record<string, Wording>> = {
  enrollment_state: {
    title: 'This enrollment has gone on',
    text: 'The profile can no longer be downloaded here. Sign in again to begin anew.',
  },
  invitation_unknown: {
    title: 'We do not know this invitation',
    text: 'Open the link exactly as you got it. If it stays so, ask whoever invited you for a new one.',
  },
  invitation_revoked: {
    title: 'This invitation was withdrawn',
    text: 'Ask whoever invited you for a new one.',
  },
  invitation_expired: {
    title: 'This invitation has expired',
    text: 'Ask whoever invited you to send it again.',
  },
  invitation_used: {
    title: 'This invitation was used',
    text: 'If it was you, and your device is not set up, ask whoever invited you to send it again.',
  },
  invitation_other_person: {
    title: 'This invitation is for somebody else',
    text: 'You signed in as another person than the one who was invited. Ask for an invitation of your own, or sign in without one.',
  },
  link_invalid: {
    title: 'This link was used',
    text: 'It opens once and for 15 minutes. Ask for a new one where you got it.',
  },
  directory_unavailable: {
    title: 'Your password cannot be checked',
    text: 'The directory of your organisation does not answer right now. Nothing is wrong with your name or password. Try again in a minute.',
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
  oidc_browser: INTERRUPTED,
  oidc_state: INTERRUPTED,
  oidc_spent: INTERRUPTED,
  oidc_refused: {
    title: 'You are not signed in',
    text: 'The answer of the sign-in provider was not accepted. Try again; if it stays so, an owner finds the reason in the audit.',
  },
  oidc_unavailable: {
    title: 'The sign-in provider is not there',
    text: 'It did not answer as it should. Try again in a minute, or sign in with a password if you have one.',
  },
  oidc_unknown: {
    title: 'Nobody here knows you yet',
    text: 'The sign-in provider says who you are, but no operator is linked to you. Ask an owner: your identity stands in the audit.',
  },
  oidc_name: UNNAMED,
  oidc_email_verified: UNNAMED,
  operator_name: UNNAMED,
  operator_exists: {
    title: 'Your name is taken',
    text: 'There is another operator of your name. Ask an owner to link you to it, if it is you.',
  },
  oidc_disabled: {
    title: 'You were disabled',
    text: 'An owner has disabled you as an operator here.',
  },
  account_not_in_flow: {
    title: 'This is for other people',
    text: 'You are signed in, but this address is not meant for you. Ask for the one that is.',
  },
  flow_unknown: {
    title: 'Nothing here',
    text: 'Nobody can enroll at this address, or not any more. Ask for the address where you can.',
  },
  invitation_needed: {
    title: 'You need an invitation',
    text: 'Only those who were invited can enroll here. Open the link of your invitation.',
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
