import { explain } from '../../model/index.ts'
import type { EnrollmentView } from '../enrollment-view.ts'
import { type Html, html } from '../html.ts'
import { renderDocument } from './document.ts'
import { renderFacts } from './facts.ts'
import { formatDuration, formatMoment } from './format.ts'
import { ALERT, MARK, SIMULATED } from './icon.ts'
import { durationOf, phasesOf } from './phase.ts'
import { currentProblem, isUnderWay } from './current-problem.ts'
import { renderProgress } from './phase-line.ts'
import { renderSteps } from './steps.ts'
import { STATES, TONE_ICONS } from './wording.ts'

interface TimelineOptions {
  /** The way to everything that this account holder has enrolled, for whoever may see it. */
  readonly personPath?: string
  /** How often the page loads itself again while the enrollment is under way; without it, it does not. */
  readonly refreshSeconds?: number
}

/**
 * The timeline of one enrollment, for the help desk. While it follows an enrollment that is under way it offers
 * `?live=off` to hold still (WCAG 2.2.2), and on a page that holds still a way back: whoever routes it leaves
 * `refreshSeconds` away for `live=off`.
 */
export const timelinePage = (
  view: EnrollmentView,
  { refreshSeconds, personPath }: TimelineOptions,
): string => {
  const underWay = isUnderWay(view)
  const refresh = underWay ? refreshSeconds : undefined
  const name = view.account.fullName ?? view.account.name
  const problem = currentProblem(view)
  return renderDocument({
    title: `${name} · ${STATES[view.state].word} · Enrollment`,
    layout: 'timeline',
    head: refresh !== undefined && html`<meta http-equiv="refresh" content="${refresh}">\n`,
    header: html`<span class="brand">${MARK}windfall</span>${personPath !== undefined && html`<a href="${personPath}">All of this person</a>`}${underWay && live(refresh)}`,
    main: html`${headline(view, name)}
${problem !== undefined && callout(problem)}
${renderProgress(phasesOf(view))}
<p class="next">${STATES[view.state].next}</p>
<div class="columns">
<section aria-labelledby="timeline">
<h2 id="timeline">Timeline</h2>
${renderSteps(view, problem)}
</section>
${renderFacts(view)}
</div>`,
    footer: html`<p>All times are UTC. The same on the command line: <code>windfall enrollment show ${view.id}</code></p>`,
  })
}

const live = (seconds: number | undefined): Html =>
  seconds === undefined
    ? html`<p class="live">Not updating <a href="?">Follow live</a></p>`
    : html`<p class="live on"><span>Live, every ${seconds} s</span> <a href="?live=off">Pause</a></p>`

const headline = (view: EnrollmentView, name: string): Html => {
  const { word, tone } = STATES[view.state]
  const { device } = view
  return html`<div class="headline">
<div class="badges"><span class="badge ${tone}">${TONE_ICONS[tone]}${word}</span>${view.simulated && html`<span class="badge simulated">${SIMULATED}Simulated device</span>`}</div>
<h1><bdi>${name}</bdi></h1>
<p class="sub">${[
    device?.product,
    device?.serialNumber,
    device?.build && `build ${device.build}`,
    html`started <time datetime="${view.createdAt}">${formatMoment(view.createdAt)}</time>`,
    view.steps.length > 0 && html`<b>${formatDuration(durationOf(view))}</b> ${endWord(view)}`,
  ]
    .filter(Boolean)
    .map((part) => html`<span>${part}</span>`)}</p>
</div>`
}

const endWord = ({ state }: EnrollmentView): string =>
  state === 'configured' || state === 'managed' ? 'to configuration' : 'to the last step'

const callout = (code: string): Html => {
  const { meaning, advice } = explain(code)
  return html`<section class="callout" aria-labelledby="problem">
${ALERT}<div><h2 id="problem">${meaning}</h2>
<p><b>What to do:</b> ${advice}</p>
<p class="reason">Reason code <code>${code}</code></p></div>
</section>`
}
