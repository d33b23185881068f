import { type Html, html } from '../html.ts'
import { type CredentialsForm, renderCredentials } from './credentials.ts'
import { renderPortal, type Speech } from './document.ts'

/** What is said here in place of the usual words. */
interface OwnWords {
  readonly title?: string | undefined
  readonly lead?: string | undefined
  readonly help?: string | undefined
}

interface SignInView extends Speech, Pick<CredentialsForm, 'action' | 'name' | 'problem'> {
  readonly words?: OwnWords | undefined
}

/** The form with which an account holder signs in. */
export const signInPage = (view: SignInView): string => {
  const { organization, texts, words = {}, ...form } = view
  const { signIn } = texts
  const { title = signIn.title, lead = signIn.lead(organization) } = words
  return renderPortal({
    organization,
    texts,
    title,
    layout: 'card',
    main: html`<section class="panel">
<h1>${title}</h1>
<p class="lead">${lead}</p>
${renderCredentials({ ...form, nameLabel: signIn.name, passwordLabel: signIn.password, button: signIn.button })}
<p class="quiet">${signIn.privacy(organization)}</p>
${renderHelp(words)}</section>`,
  })
}

const renderHelp = ({ help }: OwnWords): Html | false =>
  help !== undefined && html`<p class="quiet">${help}</p>\n`
