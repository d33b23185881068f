import { html } from '../html.ts'
import { type CredentialsForm, renderCredentials } from './credentials.ts'
import { renderPortal } from './document.ts'

interface OperatorFormView extends Pick<CredentialsForm, 'action' | 'name' | 'problem'> {
  readonly organization: string
}

/** The way to an OpenID provider, and what it is called. */
export interface ProviderButton {
  readonly href: string
  readonly label: string
}

interface OperatorSignInView extends OperatorFormView {
  readonly provider?: ProviderButton | undefined
}

const HELP = html`Lost your password? On the server, <code>windfall operator set-password</code> sets another.`

/** The form with which an operator signs in. */
export const operatorSignInPage = ({
  organization,
  provider,
  ...form
}: OperatorSignInView): string =>
  renderPortal({
    organization,
    title: 'Operators',
    layout: 'card',
    help: HELP,
    main: html`<section class="panel">
<h1>Sign in to run windfall</h1>
<p class="lead">For operators of ${organization} only. To set up a device, <a href="/enroll">sign in here</a>.</p>
${
  provider &&
  html`<p class="act"><a class="button" href="${provider.href}">Sign in with ${provider.label}</a></p>
<p class="or"><span>or with a password</span></p>`
}
${renderCredentials({ ...form, nameLabel: 'Operator name', button: 'Sign in', isSecond: provider !== undefined })}
</section>`,
  })

/** The form that makes the first operator. */
export const setUpPage = ({ organization, ...form }: OperatorFormView): string =>
  renderPortal({
    organization,
    title: 'Set up',
    layout: 'card',
    help: HELP,
    main: html`<section class="panel">
<h1>Make the first operator</h1>
<p class="lead">Nobody runs windfall for ${organization} yet. Whoever you name here may do everything, and add others.</p>
${renderCredentials({ ...form, nameLabel: 'Operator name', button: 'Make this operator', isNew: true })}
<p class="quiet">The password has at least 12 characters. There is no other one that opens windfall.</p>
</section>`,
  })
