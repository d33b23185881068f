import { type Html, html } from '../html.ts'

/*
 * Our own drawings of what a phone shows, reduced to what matters: where to tap. The words beside each drawing
 * say the same, so the drawings are decoration to assistive technology. Colours come from the stylesheet.
 */

const phone = (screen: Html): Html =>
  html`<svg class="drawing" viewBox="0 0 160 132" aria-hidden="true"><path class="d-case" d="M13 132V28A22 22 0 0 1 35 6h90a22 22 0 0 1 22 22v104"/><path class="d-screen" d="M19 132V29a17 17 0 0 1 17-17h88a17 17 0 0 1 17 17v103z"/><rect class="d-case-dot" x="67" y="17" width="26" height="6" rx="3"/>${screen}</svg>`

const dialog = (body: Html): Html =>
  html`<path class="d-faint" d="M31 30.5h62M31 123h98"/><rect class="d-sheet" x="29" y="38" width="102" height="76" rx="11"/>${body}`

const tap = (x: number, y: number): Html => html`<circle class="d-tap" cx="${x}" cy="${y}" r="15"/>`

export const ALLOW = phone(
  dialog(
    html`<path class="d-text" d="M43 54h74M48 63h64M56 72h48"/><path class="d-rule" d="M29 86h102M80 86v28"/>${tap(105, 100)}<text class="d-quiet" x="54.5" y="104">Ignore</text><text class="d-go" x="105.5" y="104">Allow</text>`,
  ),
)

export const CLOSE = phone(
  dialog(
    html`<text class="d-title" x="80" y="58">Profile Downloaded</text><path class="d-text" d="M45 68h70M54 76h52"/><path class="d-rule" d="M29 88h102"/>${tap(80, 101)}<text class="d-go" x="80" y="105">Close</text>`,
  ),
)

export const DOWNLOADED = phone(
  html`<text class="d-heading" x="29" y="44">Settings</text><rect class="d-chosen" x="27" y="53" width="106" height="26" rx="8"/><text class="d-row" x="35" y="69">Profile Downloaded</text><path class="d-chevron" d="M124 62.5l3.5 3.5-3.5 3.5"/><rect class="d-sheet" x="27" y="87" width="106" height="60" rx="8"/><rect class="d-tile" x="34" y="94" width="12" height="12" rx="3"/><path class="d-text" d="M53 100h40"/><path class="d-rule" d="M53 112h80"/><rect class="d-tile" x="34" y="117" width="12" height="12" rx="3"/><path class="d-text" d="M53 123h54"/>`,
)

export const INSTALL = phone(
  html`<text class="d-cancel" x="28" y="43">Cancel</text>${tap(119, 39)}<text class="d-go d-end" x="132" y="43">Install</text><path class="d-rule" d="M19 53h122"/><rect class="d-sheet" x="27" y="62" width="106" height="34" rx="8"/><rect class="d-tile" x="34" y="69" width="20" height="20" rx="5"/><circle class="d-cog" cx="44" cy="79" r="4.5"/><path class="d-strong" d="M62 75h48"/><path class="d-text" d="M62 84h34"/><path class="d-faint" d="M31 108h38M78 108h48M31 119h30M78 119h40"/>`,
)

export const PASSCODE = phone(
  html`<text class="d-title" x="80" y="45">Enter Passcode</text><g class="d-dots"><circle class="d-dot-full" cx="50" cy="59" r="4"/><circle class="d-dot-full" cx="62" cy="59" r="4"/><circle class="d-dot-full" cx="74" cy="59" r="4"/><circle cx="86" cy="59" r="4"/><circle cx="98" cy="59" r="4"/><circle cx="110" cy="59" r="4"/></g><g class="d-keys"><rect x="30" y="76" width="30" height="22" rx="6"/><rect x="65" y="76" width="30" height="22" rx="6"/><rect x="100" y="76" width="30" height="22" rx="6"/><rect x="30" y="103" width="30" height="22" rx="6"/><rect x="65" y="103" width="30" height="22" rx="6"/><rect x="100" y="103" width="30" height="22" rx="6"/></g><text class="d-key" x="45" y="91.5">1</text><text class="d-key" x="80" y="91.5">2</text><text class="d-key" x="115" y="91.5">3</text><text class="d-key" x="45" y="118.5">4</text><text class="d-key" x="80" y="118.5">5</text><text class="d-key" x="115" y="118.5">6</text>`,
)

export const CONFIRM = phone(
  html`<path class="d-faint" d="M31 38h60M31 49h98M31 60h80"/><path class="d-sheet" d="M19 80a11 11 0 0 1 11-11h100a11 11 0 0 1 11 11v52H19z"/><rect class="d-grip" x="70" y="74" width="20" height="3" rx="1.5"/>${tap(80, 96)}<text class="d-go" x="80" y="100">Install</text><path class="d-rule" d="M19 113h122"/><text class="d-quiet" x="80" y="127">Cancel</text>`,
)

export const DONE = phone(
  html`${tap(121, 39)}<text class="d-go d-end" x="132" y="43">Done</text><path class="d-rule" d="M19 53h122"/><circle class="d-ok" cx="80" cy="84" r="17"/><path class="d-ok-check" d="M72.5 84.5l5.5 5.5 10-11"/><text class="d-title" x="80" y="119">Profile Installed</text>`,
)

export const TRUST_SWITCH = phone(
  html`<text class="d-title" x="80" y="43">Trust Settings</text><path class="d-faint" d="M31 58h74"/><rect class="d-sheet" x="27" y="68" width="106" height="32" rx="8"/><path class="d-strong" d="M36 80h38"/><path class="d-text" d="M36 89h26"/>${tap(115, 84)}<rect class="d-switch" x="100" y="75.5" width="29" height="17" rx="8.5"/><circle class="d-knob" cx="120.5" cy="84" r="7"/><path class="d-faint" d="M31 112h92M31 122h60"/>`,
)

/** The picture of the welcome page: a leaf comes down to a phone. */
export const ARRIVAL = html`<svg class="arrival" viewBox="0 0 320 240" aria-hidden="true"><circle class="a-halo" cx="176" cy="128" r="104"/><path class="a-ground" d="M22 226h276"/><g class="a-phone"><rect class="d-case" x="124" y="44" width="104" height="182" rx="21"/><rect class="d-screen" x="130" y="50" width="92" height="170" rx="16"/><rect class="d-case-dot" x="164" y="56" width="24" height="6" rx="3"/></g><path class="a-way" d="M32 24c36-4 66 12 58 36s-40 14-30-8 62-18 104 40"/><path class="a-leaf" d="M163 130c-5-29 12-48 51-50 2 35-18 51-43 47"/><path class="a-stem" d="M160 139c2-6 4-11 7-16"/><path class="a-vein" d="M168 121c6-9 13-17 23-23"/><g class="a-rows"><circle cx="147" cy="158" r="6.5"/><circle cx="147" cy="178" r="6.5"/><circle cx="147" cy="198" r="6.5"/></g><path class="a-checks" d="M144 158l2.2 2.2 4-4.400M144 178l2.2 2.2 4-4.400M144 198l2.2 2.2 4-4.4"/><path class="d-text" d="M161 158h46M161 178h34M161 198h41"/></svg>`
