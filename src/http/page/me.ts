import type { DeviceId } from '../../model/index.ts'
import type { Outlook } from '../../service/enrollment/index.ts'
import { type Html, html } from '../html.ts'
import { type DeviceState, formatDate } from '../text/index.ts'
import { renderPortal, type Speech } from './document.ts'
import { ALERT, CHECK, CLOCK, CROSS } from './icon.ts'
import { renderLeaving } from './sees.ts'

/** A device of an account holder, with where it stands. */
export interface OwnDevice {
  readonly id: DeviceId
  /** E.g. `iPhone`; undefined: not known. */
  readonly family: string | undefined
  readonly serialNumber: string | undefined
  readonly state: DeviceState
  /** Since when, milliseconds since 1970. */
  readonly since: number
}

interface MyDevicesView extends Speech {
  readonly devices: readonly OwnDevice[]
}

const BADGES: Readonly<Record<DeviceState, readonly [tone: string, icon: Html]>> = {
  ready: ['good', CHECK],
  unfinished: ['waiting', CLOCK],
  failed: ['bad', ALERT],
  expired: ['quiet', CROSS],
  removed: ['quiet', CROSS],
}

/** The devices of an account holder, and what can be done with each. */
export const myDevicesPage = ({ organization, texts, devices }: MyDevicesView): string => {
  const { me } = texts
  return renderPortal({
    organization,
    texts,
    title: me.title,
    layout: 'card',
    main: html`<section class="panel">
<h1>${me.title}</h1>
<p class="lead">${devices.length > 0 ? me.lead : me.none}</p>
${devices.length > 0 && html`<ul class="devices">${devices.map((device) => renderDevice(texts, device))}</ul>`}
<form method="post" action="/me/update"><button class="button" type="submit">${me.update}</button></form>
<p class="quiet">${me.updateWhy}</p>
<form method="post" action="/me/sign-out"><button class="button second" type="submit">${me.signOut}</button></form>
</section>`,
  })
}

const renderDevice = (texts: Speech['texts'], device: OwnDevice): Html => {
  const { me, language } = texts
  const [tone, icon] = BADGES[device.state]
  const isOpen = device.state === 'ready' || device.state === 'unfinished'
  return html`<li>
<p class="device"><b><bdi>${device.family ?? me.unnamed}</bdi></b>${device.serialNumber !== undefined && html` <bdi dir="ltr">${device.serialNumber}</bdi>`}</p>
<p><span class="badge ${tone}">${icon}${me.states[device.state]}</span> <span class="quiet">${me.since(formatDate(language, device.since))}</span></p>
${device.state === 'ready' && html`<p><a class="text-link" href="/me/devices/${device.id}/profile">${me.updateThis}<span class="hidden"> ${nameOf(texts, device)}</span></a></p>`}
${isOpen && html`<p><a class="text-link" href="/me/devices/${device.id}/remove">${me.remove}<span class="hidden"> ${nameOf(texts, device)}</span></a></p>`}
</li>`
}

const nameOf = ({ me }: Speech['texts'], { family, serialNumber }: OwnDevice): string =>
  [family ?? me.unnamed, serialNumber].filter((part) => part !== undefined).join(' ')

interface RemovalView extends Speech {
  readonly device: OwnDevice
  readonly outlook: Outlook
  /** Where the confirmation is posted to; undefined: it is done. */
  readonly action: string | undefined
}

/** Before a device is removed: what that does. Afterwards: what remains to be done on it. */
export const removalPage = (view: RemovalView): string => {
  const { organization, texts, device, outlook, action } = view
  const { me } = texts
  const isMac = device.family === 'Mac'
  const title = action === undefined ? me.removed.title : me.removeTitle(nameOf(texts, device))
  return renderPortal({
    organization,
    texts,
    title,
    layout: 'card',
    main: html`<section class="panel removal">
<h1>${title}</h1>
<p class="lead">${action === undefined ? me.removed.text : me.removeWhat(organization)}</p>
${action !== undefined && html`<p>${me.removeThen}</p>`}
<h2>${texts.sees.leave}</h2>
${renderLeaving({ organization, texts, outlook, isMac })}
${action !== undefined && html`<form method="post" action="${action}"><button class="button danger" type="submit">${me.confirm}</button></form>`}
<p class="act"><a class="button second" href="/me">${action === undefined ? me.title : me.keep}</a></p>
</section>`,
  })
}
