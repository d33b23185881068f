import { type Html, type HtmlContent, html } from '../html.ts'
import type { Gear, Texts } from '../text/index.ts'

/*
 * Our own drawings of what a device shows, reduced to what matters: where to tap, in the words of its language.
 * Colours come from the stylesheet. Devices mirror their screens for languages that are written from the right.
 */

/** The part that a text plays, which its colour and size follow. */
type Part = 'go' | 'quiet' | 'cancel' | 'title' | 'heading' | 'row' | 'key' | 'note'

/** Text in a drawing: where it stands, and how wide it may become before it is squeezed. */
interface Label {
  readonly part: Part
  readonly x: number
  readonly y: number
  readonly text: string
  readonly room: number
  readonly anchor?: 'start' | 'end'
}

export interface Drawing {
  /** What the drawing is about, for those who do not see it. */
  readonly about: string
  /** Mirrored with the screen. */
  readonly shapes: Html
  /** Never mirrored, e.g. a check mark. */
  readonly upright?: Html
  readonly labels?: readonly Label[]
}

const SIZES: Readonly<Record<Part, number>> = {
  go: 9,
  quiet: 9,
  cancel: 9,
  title: 8.5,
  heading: 12,
  row: 7.5,
  key: 10,
  note: 6.5,
}

const WIDTH = 160

/** A drawing on the screen of a device, with its name for assistive technology. */
export const draw = (gear: Gear, texts: Texts, drawing: Drawing): Html => {
  const { about, shapes, upright, labels = [] } = drawing
  const isMirrored = texts.direction === 'rtl'
  const inside: HtmlContent = isMirrored
    ? html`<g transform="matrix(-1 0 0 1 ${WIDTH} 0)">${shapes}</g>`
    : shapes
  return html`<svg class="drawing" viewBox="0 0 ${WIDTH} 132" role="img"><title>${texts.guide.picture(about)}</title>${CASES[gear]}${inside}${upright}${labels.map((label) => renderLabel(label, isMirrored))}</svg>`
}

const renderLabel = ({ part, x, y, text, room, anchor }: Label, isMirrored: boolean): Html => {
  const place = isMirrored ? WIDTH - x : x
  const isTight = widthOf(text) * SIZES[part] > room
  return html`<text class="d-${part}${anchor && ` d-${anchor}`}" x="${place}" y="${y}"${isTight && html` textLength="${room}" lengthAdjust="spacingAndGlyphs"`}>${text}</text>`
}

/** In units of the font size, roughly: nobody measures fonts here. */
const widthOf = (text: string): number => {
  let width = 0
  for (const character of text) width += /[\u3000-\u9fff\uff00-\uffef]/.test(character) ? 1 : 0.56
  return width
}

const PHONE = html`<path class="d-case" d="M13 132V28A22 22 0 0 1 35 6h90a22 22 0 0 1 22 22v104"/><path class="d-screen" d="M19 132V29a17 17 0 0 1 17-17h88a17 17 0 0 1 17 17v103z"/><rect class="d-case-dot" x="67" y="17" width="26" height="6" rx="3"/>`

const TABLET = html`<path class="d-case" d="M5 132V18A12 12 0 0 1 17 6h126a12 12 0 0 1 12 12v114"/><path class="d-screen" d="M13 132V20a6 6 0 0 1 6-6h122a6 6 0 0 1 6 6v112z"/><circle class="d-case-dot" cx="80" cy="10" r="1.5"/>`

const MAC = html`<path class="d-case" d="M3 132V16a8 8 0 0 1 8-8h138a8 8 0 0 1 8 8v116"/><path class="d-screen" d="M9 132V18a4 4 0 0 1 4-4h134a4 4 0 0 1 4 4v114z"/><circle class="d-case-dot" cx="17" cy="21" r="2.2"/><circle class="d-case-dot" cx="24" cy="21" r="2.2"/><circle class="d-case-dot" cx="31" cy="21" r="2.2"/>`

const CASES: Readonly<Record<Gear, Html>> = { iphone: PHONE, ipad: TABLET, mac: MAC, other: PHONE }

/** A dialog in the middle of the screen. */
export const dialog = (body: Html): Html =>
  html`<path class="d-faint" d="M31 30.5h62M31 123h98"/><rect class="d-sheet" x="29" y="38" width="102" height="76" rx="11"/>${body}`

/** Where to tap. */
export const tap = (x: number, y: number): Html =>
  html`<circle class="d-tap" cx="${x}" cy="${y}" r="15"/>`
