import { type Html, html } from '../html.ts'
import { renderPortal } from './document.ts'
import { ARRIVAL, TRUST_SWITCH } from './drawing.ts'
import { formatFingerprint } from './format.ts'
import { ARROW, DOWNLOAD, SHIELD } from './icon.ts'

interface WelcomeView {
  readonly organization: string
  /** Where the root certificate is downloaded. */
  readonly caPath: string
  readonly enrollPath: string
  /** Whether devices do not trust the certificate of this server until its root is installed. */
  readonly privateRoot: boolean
  /** SHA-256 of the root certificate, in hexadecimal. */
  readonly rootFingerprint: string
}

/** The first page: what is going to happen, the root certificate, and the way to the sign-in. */
export const welcomePage = (view: WelcomeView): string =>
  renderPortal({
    organization: view.organization,
    title: 'Set up your device',
    layout: 'guide',
    main: html`<div class="intro">
${ARRIVAL}
<h1>Set up your device for ${view.organization}</h1>
<p class="lead">Your account, this device and a few taps: it takes about two minutes. Open this page in Safari on the device that you want to set up.</p>
${view.privateRoot ? undefined : start(view)}
</div>
<div class="body">
${view.privateRoot && trustFirst(view)}
<section>
<h2>${view.privateRoot ? 'Then, enroll' : 'What will happen'}</h2>
<ol class="outline">
<li><b>You sign in</b> with your ${view.organization} account.</li>
<li><b>You download a profile</b> and install it in Settings. The next page shows every tap.</li>
<li><b>Your device proves itself</b> and makes a key that never leaves it. You do nothing.</li>
<li><b>Its settings arrive</b>, encrypted so that only this device can read them.</li>
</ol>
${view.privateRoot && start(view)}
</section>
${view.privateRoot ? undefined : trustIfAsked(view)}
</div>`,
  })

const start = ({ enrollPath }: WelcomeView): Html =>
  html`<p class="act"><a class="button" href="${enrollPath}">Enroll this device${ARROW}</a></p>`

const trustFirst = (view: WelcomeView): Html =>
  html`<section class="panel trust">
<h2>First, trust this server</h2>
<p>If Safari warned you about this page, that is because ${view.organization} made the certificate of this server itself (it is self-signed). Install the root certificate once, and your device knows it.</p>
${trustSteps(view)}
</section>`

const trustIfAsked = (view: WelcomeView): Html =>
  html`<details class="panel trust">
<summary><h2>Did Safari warn you about this page?</h2></summary>
<p>Then your device does not know the certificate authority of ${view.organization} yet. That happens when a certificate is self-signed. Install the root certificate once.</p>
${trustSteps(view)}
</details>`

const trustSteps = ({ organization, caPath, rootFingerprint }: WelcomeView): Html =>
  html`<ol class="outline">
<li><a class="button second" href="${caPath}">${DOWNLOAD}Download the root certificate</a></li>
<li>Open <b>Settings › Profile Downloaded</b> and tap <b>Install</b>.</li>
<li class="pictured"><span>Open <b>Settings › General › About › Certificate Trust Settings</b> and turn the switch for it on.</span>${TRUST_SWITCH}</li>
</ol>
<div class="fingerprint">
<p>${SHIELD}<span>Before you turn it on, compare its <span class="whole">SHA-256</span> fingerprint with the one that ${organization} gave you:</span></p>
<code>${formatFingerprint(rootFingerprint)}</code>
</div>`
