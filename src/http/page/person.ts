import { explain } from '../../model/index.ts'
import type { EnrollmentView } from '../enrollment-view.ts'
import { type Html, html } from '../html.ts'
import { renderDocument } from './document.ts'
import { formatDuration, formatMoment } from './format.ts'
import { ALERT, MARK, SIMULATED } from './icon.ts'
import { durationOf, phasesOf } from './phase.ts'
import { currentProblem } from './current-problem.ts'
import { renderProgress } from './phase-line.ts'
import { STATES, TONE_ICONS } from './wording.ts'

/** Everything that one account holder has enrolled, newest first, with the time that each part took. */
export const personPage = (views: readonly [EnrollmentView, ...EnrollmentView[]]): string => {
  const [{ account }] = views
  const name = account.fullName ?? account.name
  return renderDocument({
    title: `${name} · Enrollments`,
    layout: 'timeline',
    header: html`<span class="brand">${MARK}windfall</span><a href="/enrollments">Enrollments</a>`,
    main: html`<h1><bdi>${name}</bdi></h1>
<p class="sub">${views.length === 1 ? 'One enrollment' : `The newest ${views.length} enrollments`} of <bdi>${account.name}</bdi></p>
${views.map(renderEnrollment)}`,
    footer: html`<p>All times are UTC. The same on the command line: <code>windfall account timeline ${account.name}</code></p>`,
  })
}

const renderEnrollment = (view: EnrollmentView): Html => {
  const { word, tone } = STATES[view.state]
  const problem = currentProblem(view)
  const { device } = view
  const title =
    device === null ? 'No device yet' : `${device.product ?? 'Device'} ${device.serialNumber ?? ''}`
  return html`<section class="panel person" aria-labelledby="${view.id}">
<div class="badges"><span class="badge ${tone}">${TONE_ICONS[tone]}${word}</span>${view.simulated && html`<span class="badge simulated">${SIMULATED}Simulated device</span>`}</div>
<h2 id="${view.id}"><a href="/enrollments/${view.id}"><bdi>${title}</bdi></a></h2>
<p class="sub"><span>started <time datetime="${view.createdAt}">${formatMoment(view.createdAt)}</time></span><span>${view.steps.length} steps</span>${view.steps.length > 0 && html`<span><b>${formatDuration(durationOf(view))}</b></span>`}</p>
${problem !== undefined && html`<p class="trouble">${ALERT}<span>${explain(problem).meaning} <code>${problem}</code></span></p>`}
${renderProgress(phasesOf(view))}
</section>`
}
