import { html } from '../html.ts'
import type { AppleWords, ProfileLooks, Tap } from '../text/index.ts'
import { type Drawing, dialog, tap } from './drawing.ts'

/** The taps of iPhone and iPad. */
export type PhoneTap = Exclude<Tap, `mac${string}`>

const CORNERS = (apple: AppleWords): NonNullable<Drawing['labels']> => [
  { part: 'cancel', x: 28, y: 43, text: apple.cancel, room: 48 },
  { part: 'go', x: 132, y: 43, text: apple.install, room: 52, anchor: 'end' },
]

const DONE_CHECK = html`<circle class="d-ok" cx="80" cy="84" r="17"/><path class="d-ok-check" d="M72.5 84.5l5.5 5.5 10-11"/>`

const KEYS = [1, 2, 3, 4, 5, 6] as const

/** What iPhone and iPad show at each tap. */
export const drawPhoneTap = (kind: PhoneTap, apple: AppleWords, looks: ProfileLooks): Drawing => {
  switch (kind) {
    case 'allow':
      return {
        about: apple.allow,
        shapes: dialog(
          html`<path class="d-text" d="M43 54h74M48 63h64M56 72h48"/><path class="d-rule" d="M29 86h102M80 86v28"/>${tap(105, 100)}`,
        ),
        labels: [
          { part: 'quiet', x: 54.5, y: 104, text: apple.ignore, room: 46 },
          { part: 'go', x: 105.5, y: 104, text: apple.allow, room: 46 },
        ],
      }
    case 'close':
      return {
        about: apple.close,
        shapes: dialog(
          html`<path class="d-text" d="M45 68h70M54 76h52"/><path class="d-rule" d="M29 88h102"/>${tap(80, 101)}`,
        ),
        labels: [
          { part: 'title', x: 80, y: 58, text: apple.profileDownloaded, room: 94 },
          { part: 'go', x: 80, y: 105, text: apple.close, room: 90 },
        ],
      }
    case 'downloaded':
      return {
        about: apple.profileDownloaded,
        shapes: html`<rect class="d-chosen" x="27" y="53" width="106" height="26" rx="8"/><path class="d-chevron" d="M124 62.5l3.5 3.5-3.5 3.5"/><rect class="d-sheet" x="27" y="87" width="106" height="60" rx="8"/><rect class="d-tile" x="34" y="94" width="12" height="12" rx="3"/><path class="d-text" d="M53 100h40"/><path class="d-rule" d="M53 112h80"/><rect class="d-tile" x="34" y="117" width="12" height="12" rx="3"/><path class="d-text" d="M53 123h54"/>`,
        labels: [
          { part: 'heading', x: 29, y: 44, text: apple.settings, room: 102 },
          { part: 'row', x: 35, y: 69, text: apple.profileDownloaded, room: 84 },
        ],
      }
    case 'install':
      return {
        about: apple.install,
        shapes: html`${tap(119, 39)}<path class="d-rule" d="M19 53h122"/><rect class="d-sheet" x="27" y="62" width="106" height="38" rx="8"/><rect class="d-tile" x="33" y="71" width="20" height="20" rx="5"/><circle class="d-cog" cx="43" cy="81" r="4.5"/><path class="d-faint" d="M31 112h38M78 112h48M31 123h30M78 123h40"/>`,
        labels: [
          ...CORNERS(apple),
          { part: 'note', x: 59, y: 75, text: looks.name, room: 70 },
          { part: 'note', x: 59, y: 84, text: looks.signer, room: 70 },
          {
            part: 'note',
            x: 59,
            y: 93,
            text: looks.isVerified ? apple.verified : apple.notVerified,
            room: 70,
          },
        ],
      }
    case 'passcode':
      return {
        about: apple.enterPasscode,
        shapes: html`<g class="d-dots"><circle class="d-dot-full" cx="50" cy="59" r="4"/><circle class="d-dot-full" cx="62" cy="59" r="4"/><circle class="d-dot-full" cx="74" cy="59" r="4"/><circle cx="86" cy="59" r="4"/><circle cx="98" cy="59" r="4"/><circle cx="110" cy="59" r="4"/></g><g class="d-keys">${KEYS.map((key) => html`<rect x="${30 + ((key - 1) % 3) * 35}" y="${key < 4 ? 76 : 103}" width="30" height="22" rx="6"/>`)}</g>`,
        labels: [{ part: 'title', x: 80, y: 45, text: apple.enterPasscode, room: 110 }],
      }
    case 'consent':
      return {
        about: apple.next,
        shapes: html`${tap(119, 39)}<path class="d-rule" d="M19 53h122"/><path class="d-text" d="M31 66h98M31 77h90M31 88h96M31 99h60M31 116h92"/>`,
        labels: [
          { part: 'cancel', x: 28, y: 43, text: apple.cancel, room: 48 },
          { part: 'go', x: 132, y: 43, text: apple.next, room: 52, anchor: 'end' },
        ],
      }
    case 'warning':
      return {
        about: apple.warning,
        shapes: html`${tap(119, 39)}<path class="d-rule" d="M19 53h122"/><path class="d-strong" d="M31 79h50"/><path class="d-text" d="M31 90h98M31 100h90M31 110h70"/>`,
        labels: [
          ...CORNERS(apple),
          { part: 'title', x: 80, y: 66, text: apple.warning, room: 100 },
        ],
      }
    case 'confirm':
      return {
        about: apple.install,
        shapes: html`<path class="d-faint" d="M31 38h60M31 49h98M31 60h80"/><path class="d-sheet" d="M19 80a11 11 0 0 1 11-11h100a11 11 0 0 1 11 11v52H19z"/><rect class="d-grip" x="70" y="74" width="20" height="3" rx="1.5"/>${tap(80, 96)}<path class="d-rule" d="M19 113h122"/>`,
        labels: [
          { part: 'go', x: 80, y: 100, text: apple.install, room: 110 },
          { part: 'quiet', x: 80, y: 127, text: apple.cancel, room: 110 },
        ],
      }
    case 'trust':
      return {
        about: apple.trust,
        shapes: dialog(
          html`<path class="d-text" d="M43 68h74M50 77h60"/><path class="d-rule" d="M29 88h102M80 88v26"/>${tap(105, 101)}`,
        ),
        labels: [
          { part: 'title', x: 80, y: 57, text: apple.remoteManagement, room: 94 },
          { part: 'quiet', x: 54.5, y: 105, text: apple.cancel, room: 46 },
          { part: 'go', x: 105.5, y: 105, text: apple.trust, room: 46 },
        ],
      }
    case 'done':
      return {
        about: apple.profileInstalled,
        shapes: html`${tap(121, 39)}<path class="d-rule" d="M19 53h122"/>`,
        upright: DONE_CHECK,
        labels: [
          { part: 'go', x: 132, y: 43, text: apple.done, room: 52, anchor: 'end' },
          { part: 'title', x: 80, y: 119, text: apple.profileInstalled, room: 112 },
        ],
      }
  }
  return kind satisfies never
}

/** The switch that makes a root certificate trusted. */
export const trustSwitch = (apple: AppleWords): Drawing => ({
  about: apple.certificateTrust,
  shapes: html`<path class="d-faint" d="M31 58h74"/><rect class="d-sheet" x="27" y="68" width="106" height="32" rx="8"/><path class="d-strong" d="M36 80h38"/><path class="d-text" d="M36 89h26"/>${tap(115, 84)}<rect class="d-switch" x="100" y="75.5" width="29" height="17" rx="8.5"/><circle class="d-knob" cx="120.5" cy="84" r="7"/><path class="d-faint" d="M31 112h92M31 122h60"/>`,
  labels: [{ part: 'title', x: 80, y: 43, text: apple.certificateTrust, room: 112 }],
})
