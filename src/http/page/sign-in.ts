import { html } from '../html.ts'
import { type CredentialsForm, renderCredentials } from './credentials.ts'
import { renderPortal } from './document.ts'

interface SignInView extends Pick<CredentialsForm, 'action' | 'name' | 'problem'> {
  readonly organization: string
}

/** The form with which an account holder signs in. */
export const signInPage = ({ organization, ...form }: SignInView): string =>
  renderPortal({
    organization,
    title: 'Sign in',
    layout: 'card',
    main: html`<section class="panel">
<h1>Sign in</h1>
<p class="lead">Use your ${organization} account. The profile that you get is made for you and this device.</p>
${renderCredentials({ ...form, nameLabel: 'Account name', button: 'Sign in' })}
<p class="quiet">Your password is checked by ${organization} and is not part of the profile.</p>
</section>`,
  })
