import { html } from '../html.ts'
import { TEXTS, type Texts } from '../text/index.ts'
import { renderPortal } from './document.ts'
import { ALERT, ARROW } from './icon.ts'

interface MessageView {
  readonly organization: string
  /** Undefined: for operators, in English. */
  readonly texts?: Texts | undefined
  readonly title: string
  readonly text: string
  readonly action?: { readonly href: string; readonly label: string }
  /** What someone who calls the help desk reads out. */
  readonly supportCode?: string
}

/** A page that says what happened and what to do: a wrong address, a link that has expired, too many attempts. */
export const messagePage = (view: MessageView): string => {
  const { organization, texts, title, text, action, supportCode } = view
  const { support } = (texts ?? TEXTS.en).frame
  return renderPortal({
    organization,
    texts,
    title,
    layout: 'card',
    main: html`<section class="panel message">
<span class="medallion">${ALERT}</span>
<h1>${title}</h1>
<p class="lead">${text}</p>
${action && html`<p><a class="button" href="${action.href}">${action.label}${ARROW}</a></p>`}
${supportCode && html`<p class="support">${support} <code>${supportCode}</code></p>`}
</section>`,
  })
}
