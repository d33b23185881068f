import { type Html, html } from '../html.ts'
import { type CredentialsForm, renderCredentials } from './credentials.ts'
import { renderPortal } from './document.ts'

/** What a flow says of itself in the language of the page, where it says something. */
interface FlowWords {
  readonly title?: string | undefined
  readonly lead?: string | undefined
  readonly help?: string | undefined
}

interface SignInView extends Pick<CredentialsForm, 'action' | 'name' | 'problem'> {
  readonly organization: string
  readonly words?: FlowWords | undefined
}

/** The form with which an account holder signs in. */
export const signInPage = ({ organization, words = {}, ...form }: SignInView): string => {
  const {
    title = 'Sign in',
    lead = `Use your ${organization} account. The profile that you get is made for you and this device.`,
  } = words
  return renderPortal({
    organization,
    title,
    layout: 'card',
    main: html`<section class="panel">
<h1>${title}</h1>
<p class="lead">${lead}</p>
${renderCredentials({ ...form, nameLabel: 'Account name', button: 'Sign in' })}
<p class="quiet">Your password is checked by ${organization} and is not part of the profile.</p>
${renderHelp(words)}</section>`,
  })
}

interface BeginView {
  readonly organization: string
  /** Where the form is posted to. */
  readonly action: string
  readonly words?: FlowWords | undefined
}

/** What begins an enrollment where nobody signs in. */
export const beginPage = ({ organization, action, words = {} }: BeginView): string => {
  const {
    title = 'Enroll this device',
    lead = `${organization} knows this device by its serial number: nobody has to sign in.`,
  } = words
  return renderPortal({
    organization,
    title,
    layout: 'card',
    main: html`<section class="panel">
<h1>${title}</h1>
<p class="lead">${lead}</p>
<form method="post" action="${action}"><button class="button" type="submit">Go on</button></form>
${renderHelp(words)}</section>`,
  })
}

const renderHelp = ({ help }: FlowWords): Html | false =>
  help !== undefined && html`<p class="quiet">${help}</p>\n`
