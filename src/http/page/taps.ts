import { type Html, html } from '../html.ts'
import type { Gear, ProfileLooks, Tap, Texts } from '../text/index.ts'
import { draw } from './drawing.ts'
import { drawMacTap, type MacTap } from './drawing-mac.ts'
import { drawPhoneTap, type PhoneTap } from './drawing-phone.ts'

/** What decides which dialogs a device shows. */
export interface Dialogs {
  readonly gear: Gear
  /** Whether the device trusts the signer. */
  readonly isVerified: boolean
  readonly hasConsent: boolean
  /** Whether what comes in the end warns by itself: a root certificate, a VPN, management. */
  readonly hasWarning: boolean
  readonly hasMdm: boolean
}

/** Every tap that will be asked for, in order. */
export const tapsOf = (dialogs: Dialogs): readonly Tap[] => {
  if (dialogs.gear === 'mac') {
    return ['macAllow', 'macOpen', 'macReview', 'macInstall', 'macPassword', 'macDone']
  }
  const taps: (Tap | false)[] = [
    'allow',
    'close',
    'downloaded',
    'install',
    'passcode',
    dialogs.hasConsent && 'consent',
    (!dialogs.isVerified || dialogs.hasWarning) && 'warning',
    'confirm',
    dialogs.hasMdm && 'trust',
    'done',
  ]
  return taps.filter((tap) => tap !== false)
}

/** The taps with a picture of each, and how many are left behind it. */
export const renderTaps = (
  texts: Texts,
  { gear, taps, looks }: { gear: Gear; taps: readonly Tap[]; looks: ProfileLooks },
): Html =>
  html`<ol class="taps">${taps.map((kind, index) => {
    const left = taps.length - index - 1
    const text = kind === 'install' ? texts.guide.install(looks) : texts.guide.taps[kind]
    const drawing = isMacTap(kind)
      ? drawMacTap(kind, texts.apple, looks)
      : drawPhoneTap(toPhoneTap(kind), texts.apple, looks)
    return html`<li><p>${text}${left > 0 && html`<span class="left">${texts.guide.left(left)}</span>`}</p>${draw(gear, texts, drawing)}</li>`
  })}</ol>`

const isMacTap = (kind: Tap): kind is MacTap => kind.startsWith('mac')

const toPhoneTap = (kind: Exclude<Tap, MacTap>): PhoneTap => kind
