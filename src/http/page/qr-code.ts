import { encode } from 'uqr'
import { type Html, html } from '../html.ts'

/** Modules of white around the code (ISO/IEC 18004 §9.1). */
const QUIET = 4

/** A QR code as SVG, dark on light whatever the page looks like. `title` is what it is called for those who do not see it. */
export const renderQrCode = (text: string, title: string): Html => {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET })
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 ${size} ${size}" role="img" shape-rendering="crispEdges"><title>${title}</title><rect width="${size}" height="${size}" fill="#fff"/><path fill="#000" d="${pathOf(data)}"/></svg>`
}

/** The same as a file of its own. */
export const qrCode = (text: string): string => `${renderQrCode(text, text)}\n`

/** Each run of dark modules of a row as one rectangle. */
const pathOf = (rows: readonly (readonly boolean[])[]): string => {
  const runs: string[] = []
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue
      const start = x
      while (row[x + 1]) x++
      const length = x + 1 - start
      runs.push(`M${start} ${y}h${length}v1h-${length}z`)
    }
  })
  return runs.join('')
}
