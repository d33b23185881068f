import type { Language } from '../../model/index.ts'
import { fill, formatDay, invitationTexts } from '../../service/invitation/index.ts'
import { html } from '../html.ts'
import { renderPortal, type Speech } from './document.ts'
import { ARROW } from './icon.ts'

interface InvitationView extends Speech {
  /** Where the form is posted to. */
  readonly action: string
  readonly invitation: {
    readonly account: { readonly name: string; readonly fullName: string | null }
    readonly language: Language
    readonly expiresAt: number
  }
}

/** Where the link of an invitation leads: who invites whom, and one button. */
export const invitationPage = ({
  organization,
  texts: speech,
  action,
  invitation,
}: InvitationView): string => {
  const { account, language, expiresAt } = invitation
  const texts = invitationTexts(language)
  const values = {
    organization,
    name: account.fullName ?? account.name,
    date: formatDay(language, expiresAt),
  }
  return renderPortal({
    organization,
    texts: speech,
    title: texts.title,
    layout: 'card',
    main: html`<section class="panel">
<h1>${texts.title}</h1>
<p class="lead">${fill(texts.invited, values)}</p>
<form method="post" action="${action}">
<button class="button" type="submit">${texts.start}${ARROW}</button>
</form>
<p class="quiet">${fill(texts.until, values)} ${fill(texts.notYou, values)}</p>
</section>`,
  })
}
