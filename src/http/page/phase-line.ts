import { type Html, html } from '../html.ts'
import { formatDuration } from './format.ts'
import { CHECK, CLOCK, CROSS } from './icon.ts'
import type { Phase } from './phase.ts'

const PHASE_MARKS: Readonly<
  Record<Phase['status'], { readonly word: string; readonly icon: Html }>
> = {
  done: { word: 'done', icon: CHECK },
  current: { word: 'waiting', icon: CLOCK },
  stopped: { word: 'not reached', icon: CROSS },
  ahead: { word: 'to come', icon: html`` },
}

/** How far an enrollment has come, phase by phase, with the time that each took. */
export const renderProgress = (phases: readonly Phase[]): Html =>
  html`<ol class="progress" aria-label="Phases">${phases.map(
    ({ label, status, reachedMs }) =>
      html`<li class="${status}"${status === 'current' && html` aria-current="step"`}><span class="dot">${PHASE_MARKS[status].icon}</span><span class="label">${label}</span><span class="after">${
        reachedMs === undefined
          ? PHASE_MARKS[status].word
          : html`<span class="hidden">done </span>${after(reachedMs)}`
      }</span></li>`,
  )}</ol>`

const after = (ms: number): string => (ms > 0 ? `+${formatDuration(ms)}` : 'at the start')
