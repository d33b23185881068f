import { type Html, html } from '../html.ts'
import { DEVICE_ERRORS, type DeviceError } from '../text/index.ts'
import { renderPortal, type Speech } from './document.ts'
import { dialog, draw } from './drawing.ts'
import type { Journey } from './journey.ts'

interface SeenErrorView extends Speech {
  /** Where the choice is posted to, as `seen`. */
  readonly action: string
  readonly journey: Journey
  /** What was chosen; undefined: nothing yet. */
  readonly seen: DeviceError | undefined
}

/** What the device may show, as pictures to choose from; then what helps. */
export const seenErrorPage = (view: SeenErrorView): string => {
  const { organization, texts, journey, seen } = view
  const { errors } = texts
  return renderPortal({
    organization,
    texts,
    title: errors.title,
    layout: 'card',
    main: html`<section class="panel">
${seen === undefined ? renderChoices(view) : renderAdvice(view, seen)}
<p class="support">${texts.frame.support} <code dir="ltr">${journey.supportCode}</code></p>
<p class="act"><a class="button second" href="/enroll/ready">${errors.back}</a></p>
</section>`,
  })
}

const renderChoices = ({ texts, action }: SeenErrorView): Html =>
  html`<h1>${texts.errors.title}</h1>
<p class="lead">${texts.errors.lead}</p>
<form class="choices" method="post" action="${action}">${DEVICE_ERRORS.map(
    (choice) =>
      html`<button type="submit" name="seen" value="${choice}">${picture(texts, choice)}<span>${texts.errors.choices[choice].title}</span></button>`,
  )}</form>`

const renderAdvice = ({ texts }: SeenErrorView, seen: DeviceError): Html =>
  html`<p class="eyebrow">${texts.errors.choices[seen].title}</p>
<h1>${texts.errors.thanks}</h1>
<p class="lead" role="status">${texts.errors.choices[seen].text}</p>`

/** A dialog with its title, or a screen where there is none. */
const picture = (texts: SeenErrorView['texts'], choice: DeviceError): Html => {
  const about = texts.errors.choices[choice].title
  const isDialog = choice !== 'no_download' && choice !== 'no_profile' && choice !== 'other'
  return draw('iphone', texts, {
    about,
    shapes: isDialog
      ? dialog(
          html`<path class="d-text" d="M45 72h70M54 80h52"/><path class="d-rule" d="M29 90h102"/>`,
        )
      : html`<path class="d-faint" d="M31 38h98M31 50h84M31 62h92M31 74h60"/><rect class="d-chosen" x="27" y="86" width="106" height="26" rx="8" stroke-dasharray="4 3"/>`,
    labels: isDialog
      ? [
          { part: 'note', x: 38, y: 58, text: about, room: 84 },
          { part: 'go', x: 80, y: 106, text: 'OK', room: 40 },
        ]
      : choice === 'no_profile'
        ? [{ part: 'row', x: 35, y: 102, text: '?', room: 84 }]
        : [],
  })
}
