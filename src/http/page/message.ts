import { html } from '../html.ts'
import { renderPortal } from './document.ts'
import { ALERT, ARROW } from './icon.ts'

interface MessageView {
  readonly organization: string
  readonly title: string
  readonly text: string
  readonly action?: { readonly href: string; readonly label: string }
  /** What someone who calls the help desk reads out. */
  readonly supportCode?: string
}

/** A page that says what happened and what to do: a wrong address, a link that has expired, too many attempts. */
export const messagePage = ({
  organization,
  title,
  text,
  action,
  supportCode,
}: MessageView): string =>
  renderPortal({
    organization,
    title,
    layout: 'card',
    main: html`<section class="panel message">
<span class="medallion">${ALERT}</span>
<h1>${title}</h1>
<p class="lead">${text}</p>
${action && html`<p><a class="button" href="${action.href}">${action.label}${ARROW}</a></p>`}
${supportCode && html`<p class="support">If you call the help desk, give this code: <code>${supportCode}</code></p>`}
</section>`,
  })
