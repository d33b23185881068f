import { encode } from 'uqr'
import { type Html, html } from '../html.ts'

/** Cameras want this much white around a code (ISO/IEC 18004 §9.1). */
const QUIET_ZONE = 4

/** The addresses of one server are few, and each takes longer to draw than all else on its page. */
const MOST_DRAWN = 32
const drawn = new Map<string, Html>()

/** A QR code, dark on light in every colour scheme: cameras of telephones read it so. */
export const renderQrCode = (content: string, label: string): Html => {
  const key = `${label} ${content}`
  const known = drawn.get(key)
  if (known !== undefined) return known
  const fresh = drawQrCode(content, label)
  if (drawn.size < MOST_DRAWN) drawn.set(key, fresh)
  return fresh
}

/** The same as a file of its own. */
export const qrCode = (content: string): string => `${drawQrCode(content, content)}\n`

const drawQrCode = (content: string, label: string): Html => {
  const { data, size } = encode(content, { ecc: 'M', border: QUIET_ZONE })
  const path = data
    .flatMap((row, y) => runsOf(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`))
    .join('')
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 ${size} ${size}" role="img" shape-rendering="crispEdges"><title>${label}</title><rect width="${size}" height="${size}" fill="#fff"/><path fill="#000" d="${path}"/></svg>`
}

/** Where dark modules begin, and how many there are. */
const runsOf = (row: readonly boolean[]): readonly (readonly [x: number, length: number])[] => {
  const runs: (readonly [number, number])[] = []
  for (let x = 0; x < row.length; x += 1) {
    if (row[x] !== true) continue
    const start = x
    while (row[x + 1] === true) x += 1
    runs.push([start, x - start + 1])
  }
  return runs
}
