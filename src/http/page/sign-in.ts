import { html } from '../html.ts'
import { renderPortal } from './document.ts'
import { ALERT } from './icon.ts'

interface SignInView {
  readonly organization: string
  /** Where the form is posted to, as `name` and `password`. */
  readonly action: string
  /** The account name of the attempt before, so that nobody types it twice. */
  readonly name?: string
  /** Why the attempt before did not succeed. */
  readonly problem?: string
}

/** The form with which an account holder signs in. Password managers and pasting work. */
export const signInPage = ({ organization, action, name, problem }: SignInView): string => {
  const described = problem !== undefined && html` aria-invalid="true" aria-describedby="problem"`
  return renderPortal({
    organization,
    title: 'Sign in',
    layout: 'card',
    main: html`<section class="panel">
<h1>Sign in</h1>
<p class="lead">Use your ${organization} account. The profile that you get is made for you and this device.</p>
${problem !== undefined && html`<p class="problem" id="problem" role="alert">${ALERT}<span>${problem}</span></p>`}
<form method="post" action="${action}">
<label for="name">Account name</label>
<input id="name" name="name" type="text" value="${name}" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" required${described}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${described}>
<button class="button" type="submit">Sign in</button>
</form>
<p class="quiet">Your password is checked by ${organization} and is not part of the profile.</p>
</section>`,
  })
}
