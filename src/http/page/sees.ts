import type { Outlook } from '../../service/enrollment/index.ts'
import { type Html, html } from '../html.ts'
import { ABILITIES, type Ability, ATTRIBUTES, type Effect, type Texts } from '../text/index.ts'

/** What payload types do, by what they begin with; the longest counts. */
const EFFECTS: readonly (readonly [prefix: string, effect: Effect])[] = [
  ['com.apple.mail.', 'mail'],
  ['com.apple.eas.account', 'mail'],
  ['com.apple.ews.account', 'mail'],
  ['com.apple.google-oauth', 'mail'],
  ['com.apple.caldav.', 'calendar'],
  ['com.apple.carddav.', 'calendar'],
  ['com.apple.subscribedcalendar.', 'calendar'],
  ['com.apple.ldap.', 'calendar'],
  ['com.apple.wifi.managed', 'wifi'],
  ['com.apple.vpn.', 'vpn'],
  ['com.apple.webcontent-filter', 'filter'],
  ['com.apple.proxy.http.global', 'filter'],
  ['com.apple.dnsProxy.', 'filter'],
  ['com.apple.dnsSettings.', 'filter'],
  ['com.apple.relay.', 'filter'],
  ['com.apple.security.root', 'root'],
  ['com.apple.security.scep', 'identity'],
  ['com.apple.security.acme', 'identity'],
  ['com.apple.security.pkcs12', 'identity'],
  ['com.apple.security.p', 'certificate'],
  ['com.apple.security.pem', 'certificate'],
  ['com.apple.mobiledevice.passwordpolicy', 'passcode'],
  ['com.apple.applicationaccess', 'restrictions'],
  ['com.apple.webClip.managed', 'webClip'],
  ['com.apple.font', 'font'],
  ['com.apple.mdm', 'mdm'],
]

/** Takes care of removal, and sets nothing up. */
const SILENT = 'com.apple.profileRemovalPassword'

export const effectOf = (type: string): Effect | undefined =>
  EFFECTS.filter(([prefix]) => type.startsWith(prefix)).reduce<
    (typeof EFFECTS)[number] | undefined
  >(
    (best, one) => (best === undefined || one[0].length > best[0].length ? one : best),
    undefined,
  )?.[1]

const has = (outlook: Outlook, ...effects: readonly Effect[]): boolean =>
  outlook.payloads.some(({ type }) => {
    const effect = effectOf(type)
    return effect !== undefined && effects.includes(effect)
  })

/** Whether the device warns of what the profile brings. */
export const warnsOf = (outlook: Outlook): boolean => has(outlook, 'root', 'vpn', 'filter', 'mdm')

export const isManaged = (outlook: Outlook): boolean => has(outlook, 'mdm')

/** The bits of `AccessRights` (Apple, “MDM” payload). */
const RIGHTS: Readonly<Partial<Record<Ability, number>>> = {
  lock: 4,
  erase: 8,
  inspect: 16 | 32 | 512 | 1024,
  apps: 256,
  manageApps: 4096,
}

/** What the organisation can do to a device that has the profile, and what it cannot. */
export const abilitiesOf = (outlook: Outlook): ReadonlyMap<Ability, boolean> => {
  const rights = outlook.payloads.reduce((sum, { accessRights = 0 }) => sum | accessRights, 0)
  const seesTraffic = has(outlook, 'vpn', 'filter')
  const can = (ability: Ability): boolean => {
    if (ability === 'traffic') return seesTraffic
    const bits = RIGHTS[ability]
    return bits !== undefined && isManaged(outlook) && (rights & bits) !== 0
  }
  // Who may see traffic may see which pages are opened: nothing is promised then.
  const told = ABILITIES.filter((ability) => ability !== 'browsing' || !seesTraffic)
  return new Map(told.map((ability) => [ability, can(ability)]))
}

interface SeesView {
  readonly organization: string
  readonly texts: Texts
  readonly outlook: Outlook
  readonly isMac: boolean
}

/** What the organisation will see and will not, from the final profile, and how to leave: to be unfolded. */
export const renderSees = (view: SeesView): Html => {
  const { organization, texts, outlook } = view
  const { sees } = texts
  const attributes = outlook.attributes.map((name) => {
    const known = ATTRIBUTES.find((attribute) => attribute === name)
    return known === undefined ? name : sees.attributes[known]
  })
  const effects = outlook.payloads
    .filter(({ type }) => type !== SILENT)
    .map(({ type }) => {
      const effect = effectOf(type)
      return effect === undefined ? sees.otherEffect(type) : sees.effects[effect]
    })
  const abilities = [...abilitiesOf(outlook)]
  const able = abilities.filter(([, can]) => can).map(([ability]) => sees.abilities[ability])
  const unable = abilities.filter(([, can]) => !can).map(([ability]) => sees.abilities[ability])
  return html`<details class="panel trust sees">
<summary><h2>${sees.title(organization)}</h2></summary>
${group(sees.learns(organization), attributes)}
${group(sees.installs, [...new Set(effects)])}
${group(sees.can(organization), able)}
${group(sees.cannot(organization), unable)}
<h3>${sees.leave}</h3>
${renderLeaving(view)}
</details>`
}

const group = (title: string, items: readonly string[]): Html | false =>
  items.length > 0 &&
  html`<h3>${title}</h3>
<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`

/** How to be rid of the profile again. */
export const renderLeaving = ({ organization, texts, outlook, isMac }: SeesView): Html => {
  const { sees } = texts
  const { isLocked, hasRemovalPassword } = outlook
  return html`<p>${isLocked ? sees.locked(organization) : isMac ? sees.leavingMac : sees.leaving}</p>${
    !isLocked && hasRemovalPassword && html`<p>${sees.removalPassword(organization)}</p>`
  }`
}
