import { type Html, html } from '../html.ts'
import { ALERT } from './icon.ts'

export interface CredentialsForm {
  /** Where the form is posted to, as `name` and `password`. */
  readonly action: string
  readonly nameLabel: string
  /** Without it, in English. */
  readonly passwordLabel?: string
  readonly button: string
  /** The name of the attempt before, so that nobody types it twice. */
  readonly name?: string
  /** Why the attempt before did not succeed. */
  readonly problem?: string
  /** Whether the password is chosen here; else it is one that exists. */
  readonly isNew?: boolean
  /** Whether there is a better way on the same page. */
  readonly isSecond?: boolean
}

/** A form for a name and a password, and what was wrong before. Password managers and pasting work. */
export const renderCredentials = (form: CredentialsForm): Html => {
  const { action, nameLabel, passwordLabel = 'Password', button, name, problem } = form
  const { isNew = false, isSecond = false } = form
  const described = problem !== undefined && html` aria-invalid="true" aria-describedby="problem"`
  return html`${problem !== undefined && html`<p class="problem" id="problem" role="alert">${ALERT}<span>${problem}</span></p>`}
<form method="post" action="${action}">
<label for="name">${nameLabel}</label>
<input id="name" name="name" type="text" value="${name}" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" required${described}>
<label for="password">${passwordLabel}</label>
<input id="password" name="password" type="password" autocomplete="${isNew ? 'new-password' : 'current-password'}" required${described}>
<button class="button${isSecond && ' second'}" type="submit">${button}</button>
</form>`
}
