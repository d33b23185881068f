import { html } from '../html.ts'
import { type CredentialsForm, renderCredentials } from './credentials.ts'
import { renderPortal } from './document.ts'
import type { ProviderButton } from './operator.ts'

interface SignInView extends Pick<CredentialsForm, 'action' | 'name' | 'problem'> {
  readonly organization: string
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
  hasPassword = true,
  provider,
  identity,
  proxyAction,
  ...form
}: SignInView): string => {
  const isSecond = provider !== undefined || identity !== undefined
  return renderPortal({
    organization,
    title: 'Sign in',
    layout: 'card',
    main: html`<section class="panel">
<h1>${identity === undefined ? 'Sign in' : `Hello ${identity.fullName ?? identity.name}`}</h1>
<p class="lead">${identity === undefined ? `Use your ${organization} account. ` : 'You are signed in. '}The profile that you get is made for you and this device.</p>
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
</section>`,
  })
}
