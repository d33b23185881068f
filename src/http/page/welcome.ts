import type { Outlook } from '../../service/enrollment/index.ts'
import { type Html, html } from '../html.ts'
import type { Gear } from '../text/index.ts'
import { ARRIVAL } from './arrival.ts'
import { renderPortal, type Speech } from './document.ts'
import { draw } from './drawing.ts'
import { trustSwitch } from './drawing-phone.ts'
import { formatFingerprint } from './format.ts'
import { isElsewhere, renderHandOver, type Viewer } from './hand-over.ts'
import { ARROW, DOWNLOAD, SHIELD } from './icon.ts'
import { SCRIPT_PATH } from './script.ts'
import { renderSees } from './sees.ts'

interface WelcomeView extends Speech {
  /** Where the root certificate is downloaded. */
  readonly caPath: string
  readonly enrollPath: string
  /** Of this page, for another device or browser. */
  readonly address: string
  /** Whether devices do not trust the certificate of this server until its root is installed. */
  readonly privateRoot: boolean
  /** SHA-256 of the root certificate, in hexadecimal. */
  readonly rootFingerprint: string
  readonly viewer: Viewer
  /** Undefined: it cannot be read just now. */
  readonly outlook: Outlook | undefined
}

/** The first page: what is going to happen, the root certificate, and the way to the sign-in. */
export const welcomePage = (view: WelcomeView): string => {
  const { organization, texts, viewer, privateRoot, outlook } = view
  const { welcome } = texts
  const elsewhere = renderHandOver(texts, viewer, view.address)
  return renderPortal({
    organization,
    texts,
    title: welcome.title,
    layout: 'guide',
    head: elsewhere && html`<script src="${SCRIPT_PATH}" defer></script>\n`,
    main: html`<div class="intro">
${ARRIVAL}
<h1>${welcome.heading(organization)}</h1>
<p class="lead">${welcome.lead}${viewer.kind === 'apple' ? undefined : html` ${welcome.inSafari}`}</p>
${elsewhere}
${privateRoot ? undefined : start(view)}
</div>
<div class="body">
${privateRoot && trustFirst(view)}
<section>
<h2>${privateRoot ? welcome.thenEnroll : welcome.whatHappens}</h2>
<ol class="outline">${welcome.steps(organization).map((step) => html`<li>${step}</li>`)}</ol>
${privateRoot && start(view)}
</section>
${outlook && renderSees({ organization, texts, outlook, isMac: viewer.gear === 'mac' })}
${privateRoot ? undefined : trustIfAsked(view)}
<p class="aside"><a href="/me">${texts.frame.myDevices}</a></p>
</div>`,
  })
}

const start = ({ texts, enrollPath, viewer }: WelcomeView): Html | undefined => {
  if (viewer.kind === 'android') return undefined
  const gear: Gear = viewer.gear ?? 'other'
  return html`<p class="act"><a class="button${isElsewhere(viewer) && ' second'}" href="${enrollPath}">${texts.welcome.start(texts.gear[gear])}${ARROW}</a></p>`
}

const trustFirst = (view: WelcomeView): Html =>
  html`<section class="panel trust">
<h2>${view.texts.welcome.trustFirst}</h2>
<p>${view.texts.welcome.trustFirstWhy(view.organization)}</p>
${trustSteps(view)}
</section>`

const trustIfAsked = (view: WelcomeView): Html =>
  html`<details class="panel trust">
<summary><h2>${view.texts.welcome.trustIfAsked}</h2></summary>
<p>${view.texts.welcome.trustIfAskedWhy(view.organization)}</p>
${trustSteps(view)}
</details>`

const trustSteps = ({ organization, texts, caPath, rootFingerprint, viewer }: WelcomeView): Html =>
  html`<ol class="outline">
<li><a class="button second" href="${caPath}">${DOWNLOAD}${texts.welcome.downloadRoot}</a></li>
<li>${texts.welcome.installRoot}</li>
<li class="pictured"><span>${texts.welcome.switchOn}</span>${draw(viewer.gear === 'ipad' ? 'ipad' : 'iphone', texts, trustSwitch(texts.apple))}</li>
</ol>
<div class="fingerprint">
<p>${SHIELD}<span>${texts.welcome.compare(organization)}</span></p>
<code dir="ltr">${formatFingerprint(rootFingerprint)}</code>
</div>`
