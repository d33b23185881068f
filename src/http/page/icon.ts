import { type Html, html } from '../html.ts'

/** Icons repeat what the text beside them says; assistive technology passes over them. */
const icon = (shape: Html): Html =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${shape}</svg>`

export const CHECK = icon(html`<path d="M5 12.5l4.5 4.5L19 7.5"/>`)
export const CROSS = icon(html`<path d="M6.5 6.5l11 11m0-11l-11 11"/>`)
export const ALERT = icon(html`<path d="M12 4 2.8 19.5h18.4zM12 10v4.5m0 2.6v.1"/>`)
export const CLOCK = icon(html`<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>`)
export const DOWNLOAD = icon(html`<path d="M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 19.5h14"/>`)
export const ARROW = icon(html`<path d="M5 12h14m-6-6 6 6-6 6"/>`)
export const SHIELD = icon(
  html`<path d="M12 3.5 5 6v5.5c0 4.2 2.8 7.4 7 9 4.2-1.6 7-4.8 7-9V6zM9 12l2.2 2.2L15.2 10"/>`,
)
export const SIMULATED = icon(
  html`<rect x="6.5" y="2.5" width="11" height="19" rx="3" stroke-dasharray="3 2.4"/><path d="M10 10.5l-2 2 2 2m4-4 2 2-2 2"/>`,
)

/** The sign of windfall: a leaf, and the way it came down. */
export const MARK = html`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path class="mark-leaf" d="M4.6 19.4C3 10.6 8 4.6 20.4 4c.6 10.8-5.6 16-13.4 14.6"/><path class="mark-vein" d="M4 21.6c1.8-5.2 5-9 9.6-11.4"/></svg>`

export const FAVICON_PATH = '/favicon.svg'

export const FAVICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7.5" fill="#1d6647"/><path d="M8 24C6.4 14.6 11.4 8.6 24.4 8c.6 11.4-5.8 16.6-14 15.2" fill="#fff"/><path d="M7.4 26.2c1.8-5.4 5-9.4 9.8-12" fill="none" stroke="#1d6647" stroke-width="1.8" stroke-linecap="round"/></svg>`
