import { type Html, html } from '../html.ts'
import type { Gear, Said, Texts } from '../text/index.ts'
import { ALERT } from './icon.ts'
import { renderQrCode } from './qr.ts'

/** With what somebody looks at the portal. */
export interface Viewer {
  /** Undefined: not known, or nothing that can be set up. */
  readonly gear: Gear | undefined
  readonly kind:
    | 'apple'
    /** Another browser than Safari on an iPhone or iPad. */
    | 'browser'
    /** A window inside an app. */
    | 'app'
    | 'android'
    | 'desktop'
    | 'unknown'
  /** What the other browser is called. */
  readonly browser: string | undefined
}

/** Whether nothing can be set up with what is looked with. */
export const isElsewhere = ({ kind }: Viewer): boolean =>
  kind === 'browser' || kind === 'app' || kind === 'android' || kind === 'desktop'

/** Where to go on instead, with the address to take along; nothing where this is the right place. */
export const renderHandOver = (texts: Texts, viewer: Viewer, address: string): Html | undefined => {
  const { handOver } = texts
  switch (viewer.kind) {
    case 'browser':
      return notice(texts, handOver.browser(viewer.browser ?? ''), address)
    case 'app':
      return notice(texts, handOver.app, address)
    case 'android':
      return notice(texts, handOver.android, address)
    case 'desktop':
      return renderCode(texts, address)
    case 'apple':
      return viewer.gear === 'mac' ? renderCode(texts, address) : undefined
    case 'unknown':
      return undefined
  }
  return viewer.kind satisfies never
}

const notice = (texts: Texts, { title, text }: Said, address: string): Html =>
  html`<section class="panel hand-over">
<h2>${ALERT}<span>${title}</span></h2>
<p>${text}</p>
${renderAddress(texts, address)}
</section>`

const renderCode = (texts: Texts, address: string): Html => {
  const { desktop, code } = texts.handOver
  return html`<section class="panel hand-over">
<h2>${desktop.title}</h2>
<p>${desktop.text}</p>
${renderQrCode(address, code)}
${renderAddress(texts, address)}
</section>`
}

const renderAddress = (texts: Texts, address: string): Html =>
  html`<p class="address"><span class="hidden">${texts.handOver.address}: </span><code id="address">${address}</code></p>
<button class="button second" type="button" data-copy="address" data-copied="${texts.handOver.copied}" hidden>${texts.handOver.copy}</button>`
