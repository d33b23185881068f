import { type Html, html } from '../html.ts'
import { type CredentialsForm, renderCredentials } from './credentials.ts'
import { renderPortal } from './document.ts'
import type { ProviderButton } from './operator.ts'

/** What a flow says of itself in the language of the page, where it says something. */
interface FlowWords {
  readonly title?: string | undefined
  readonly lead?: string | undefined
  readonly help?: string | undefined
}

interface SignInView extends Pick<CredentialsForm, 'action' | 'name' | 'problem'> {
  readonly organization: string
  readonly words?: FlowWords | undefined
  /** Whether somebody can sign in with a name and a password. */
  readonly hasPassword?: boolean
  readonly provider?: ProviderButton | undefined
  /** Who has signed in at the proxy in front of us. */
  readonly identity?:
    | { readonly name: string; readonly fullName?: string | null | undefined }
    | undefined
  /** Where they go on. */
  readonly proxyAction?: string
}

/** How an account holder signs in: by the form, with a provider, or as whom a proxy says that they are. */
export const signInPage = ({
  organization,
  words = {},
  hasPassword = true,
  provider,
  identity,
  proxyAction,
  ...form
}: SignInView): string => {
  const isSecond = provider !== undefined || identity !== undefined
  const {
    title = 'Sign in',
    lead = `${identity === undefined ? `Use your ${organization} account. ` : 'You are signed in. '}The profile that you get is made for you and this device.`,
  } = words
  return renderPortal({
    organization,
    title,
    layout: 'card',
    main: html`<section class="panel">
<h1>${identity === undefined ? title : `Hello ${identity.fullName ?? identity.name}`}</h1>
<p class="lead">${lead}</p>
${
  identity !== undefined &&
  html`<form method="post" action="${proxyAction}">
<button class="button" type="submit">Go on as ${identity.name}</button>
</form>`
}${
  provider &&
  html`<p class="act"><a class="button${identity !== undefined && ' second'}" href="${provider.href}">Sign in with ${provider.label}</a></p>`
}
${isSecond && hasPassword && html`<p class="or"><span>or with a password</span></p>`}
${hasPassword && renderCredentials({ ...form, nameLabel: 'Account name', button: 'Sign in', isSecond })}
${hasPassword && html`<p class="quiet">Your password is checked by ${organization} and is not part of the profile.</p>`}
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
