import { createHash } from 'node:crypto'
import { BASE } from './style-base.ts'
import { DRAWINGS } from './style-drawing.ts'
import { FUNNEL } from './style-funnel.ts'
import { FROM_THE_RIGHT, GUIDE } from './style-guide.ts'
import { LIST } from './style-list.ts'
import { PORTAL } from './style-portal.ts'
import { TIMELINE } from './style-timeline.ts'

/** The one stylesheet of all pages. */
export const STYLESHEET: string =
  BASE + DRAWINGS + PORTAL + TIMELINE + LIST + FUNNEL + GUIDE + FROM_THE_RIGHT

/** Changes with its content, so that it may be cached for ever. */
export const STYLESHEET_PATH: string = `/assets/${createHash('sha256').update(STYLESHEET).digest('hex').slice(0, 16)}.css`
