import type { FastifyInstance } from 'fastify'
import { begin, type Failure, toFailure } from './failure.ts'
import { messagePage } from './page/index.ts'
import { offerLanguages, sendPage, textsOf } from './speech.ts'
import type { Said, Texts } from './text/index.ts'

type Words = keyof Texts['failures']

const isWords = (code: string, { failures }: Texts): code is Words => Object.hasOwn(failures, code)

/** Codes that mean the same to whoever is refused. */
const SAME: ReadonlyMap<string, Words> = new Map([
  ['invitation_unknown', 'invitation_invalid'],
  ['invitation_revoked', 'invitation_invalid'],
  ['invitation_expired', 'invitation_invalid'],
  ['invitation_used', 'invitation_invalid'],
  ['invitation_other_person', 'account_not_in_flow'],
  ['oidc_browser', 'sign_in_interrupted'],
  ['oidc_state', 'sign_in_interrupted'],
  ['oidc_spent', 'sign_in_interrupted'],
  ['oidc_not_allowed', 'account_not_allowed'],
  ['account_name', 'sign_in_refused'],
  ['account_text', 'sign_in_refused'],
  ['proxy_header', 'sign_in_refused'],
  ['proxy_nobody', 'sign_in_refused'],
  ['proxy_secret', 'sign_in_refused'],
  ['oidc_refused', 'sign_in_refused'],
  ['oidc_unknown', 'sign_in_refused'],
  ['oidc_disabled', 'sign_in_refused'],
  ['oidc_name', 'sign_in_refused'],
  ['oidc_email_verified', 'sign_in_refused'],
  ['oidc_unavailable', 'sign_in_unavailable'],
  ['directory_unavailable', 'sign_in_unavailable'],
])

const saidOf = ({ status, code }: Failure, texts: Texts): Said => {
  if (code === 'account_disabled') return texts.problems.disabled
  const words = SAME.get(code) ?? code
  if (isWords(words, texts)) return texts.failures[words]
  if (status === 503) return texts.failures.unavailable
  return status >= 500 ? texts.failures.server : texts.failures.request
}

/** People with a device get a page in their language that says what happened, and where to go on. */
export const answerInTheirLanguage = (
  server: FastifyInstance,
  organization: string,
  actionOf: (texts: Texts) => { readonly href: string; readonly label: string },
): void => {
  offerLanguages(server)
  server.setErrorHandler(async (error, request, reply) => {
    const failure = toFailure(error, request)
    const texts = textsOf(request)
    const page = messagePage({
      organization,
      texts,
      ...saidOf(failure, texts),
      action: actionOf(texts),
      supportCode: request.id,
    })
    await sendPage(begin(reply, failure), page)
  })
}
