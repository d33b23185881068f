import { html } from '../html.ts'
import type { AppleWords, ProfileLooks, Tap } from '../text/index.ts'
import { type Drawing, tap } from './drawing.ts'

/** The clicks of a Mac. */
export type MacTap = Extract<Tap, `mac${string}`>

const PANE = html`<path class="d-rule" d="M56 27v105M9 27h142"/><path class="d-faint" d="M17 38h30M17 118h26"/>`

const SHEET = html`<rect class="d-sheet" x="34" y="44" width="92" height="66" rx="9"/>`

/** What a Mac shows at each click. */
export const drawMacTap = (kind: MacTap, apple: AppleWords, looks: ProfileLooks): Drawing => {
  switch (kind) {
    case 'macAllow':
      return {
        about: apple.allow,
        shapes: html`<path class="d-rule" d="M9 27h142"/>${SHEET}<path class="d-text" d="M46 60h68M46 70h50"/>${tap(105, 95)}`,
        labels: [
          { part: 'quiet', x: 60, y: 99, text: apple.cancel, room: 38 },
          { part: 'go', x: 104, y: 99, text: apple.allow, room: 38 },
        ],
      }
    case 'macOpen':
      return {
        about: apple.profileDownloaded,
        shapes: html`${PANE}<rect class="d-chosen" x="12" y="46" width="41" height="20" rx="5"/><path class="d-faint" d="M17 78h26M17 90h30M17 104h22M66 48h60M66 60h74M66 72h50"/>`,
        labels: [
          { part: 'note', x: 15, y: 58, text: apple.profileDownloaded, room: 36 },
          { part: 'title', x: 102, y: 41, text: apple.systemSettings, room: 88 },
        ],
      }
    case 'macReview':
      return {
        about: apple.macDeviceManagement,
        shapes: html`${PANE}<rect class="d-chosen" x="62" y="50" width="82" height="28" rx="6"/><rect class="d-tile" x="67" y="56" width="16" height="16" rx="4"/><circle class="d-cog" cx="75" cy="64" r="4"/>`,
        labels: [
          { part: 'title', x: 103, y: 41, text: apple.macDeviceManagement, room: 86 },
          { part: 'note', x: 88, y: 66, text: looks.name, room: 53 },
        ],
      }
    case 'macInstall':
      return {
        about: apple.macInstall,
        shapes: html`${PANE}${SHEET}<path class="d-text" d="M46 77h68"/>${tap(105, 95)}`,
        labels: [
          { part: 'note', x: 44, y: 58, text: looks.name, room: 74 },
          {
            part: 'note',
            x: 44,
            y: 68,
            text: looks.isVerified ? apple.verified : apple.notVerified,
            room: 74,
          },
          { part: 'quiet', x: 59, y: 99, text: apple.cancel, room: 38 },
          { part: 'go', x: 104, y: 99, text: apple.macInstall, room: 38 },
        ],
      }
    case 'macPassword':
      return {
        about: apple.systemSettings,
        shapes: html`${PANE}${SHEET}<rect class="d-keys" x="44" y="74" width="72" height="14" rx="4"/><g class="d-dots"><circle class="d-dot-full" cx="52" cy="81" r="2"/><circle class="d-dot-full" cx="59" cy="81" r="2"/><circle class="d-dot-full" cx="66" cy="81" r="2"/><circle class="d-dot-full" cx="73" cy="81" r="2"/></g><path class="d-text" d="M46 98h40"/>`,
        labels: [{ part: 'title', x: 80, y: 62, text: apple.systemSettings, room: 80 }],
      }
    case 'macDone':
      return {
        about: apple.macDeviceManagement,
        shapes: html`${PANE}<rect class="d-sheet" x="62" y="50" width="82" height="28" rx="6"/><rect class="d-tile" x="67" y="56" width="16" height="16" rx="4"/>`,
        upright: html`<circle class="d-ok" cx="80" cy="104" r="11"/><path class="d-ok-check" d="M75 104.500l3.600 3.600 6.500-7.200"/>`,
        labels: [
          { part: 'title', x: 103, y: 41, text: apple.macDeviceManagement, room: 86 },
          { part: 'note', x: 88, y: 66, text: looks.name, room: 53 },
        ],
      }
  }
  return kind satisfies never
}
