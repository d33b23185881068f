import type { EnrollmentSummary } from '../enrollment-view.ts'
import { type Html, html } from '../html.ts'
import { renderDocument } from './document.ts'
import { formatMoment } from './format.ts'
import { FUNNEL_PATH } from './funnel.ts'
import { ALERT, MARK, SIMULATED } from './icon.ts'
import { SILENCES, STATES, TONE_ICONS } from './wording.ts'

interface EnrollmentListView {
  readonly organization: string
  readonly enrollments: readonly EnrollmentSummary[]
  /** Whether an operator looks at it, who can sign out. */
  readonly isOperator: boolean
}

/** The newest enrollments, each with its way to the timeline. */
export const enrollmentListPage = ({
  organization,
  enrollments,
  isOperator,
}: EnrollmentListView): string =>
  renderDocument({
    title: `Enrollments · ${organization}`,
    layout: 'timeline',
    header: html`<span class="brand">${MARK}windfall</span>${isOperator && leave('sign-out', 'Sign out')}`,
    main: html`<h1>Enrollments</h1>
<p class="quiet"><a href="${FUNNEL_PATH}">How far they come, and where they stop</a></p>
${enrollments.length === 0 ? EMPTY : html`<ul class="enrollments">${enrollments.map(renderLine)}</ul>`}`,
    footer: html`<p>All times are UTC. The same on the command line: <code>windfall enrollment list</code></p>${isOperator && leave('sign-out-everywhere', 'Sign out everywhere')}`,
  })

const leave = (path: string, label: string): Html =>
  html`<form class="leave" method="post" action="/console/${path}"><button type="submit">${label}</button></form>`

const EMPTY = html`<p>Nobody has enrolled a device yet. Try it with a simulated iPhone: <code>windfall demo</code></p>`

const renderLine = (enrollment: EnrollmentSummary): Html => {
  const { word, tone } = STATES[enrollment.state]
  const { device } = enrollment
  return html`<li><a href="/enrollments/${enrollment.id}">
<span class="who"><bdi>${enrollment.account.name}</bdi></span>
<span class="what">${device === null ? 'no device yet' : html`${device.product ?? 'device'} <bdi>${device.serialNumber ?? device.udid}</bdi>`}</span>
<span class="badge ${tone}">${TONE_ICONS[tone]}${word}</span>${enrollment.simulated && html`<span class="badge simulated">${SIMULATED}Simulated</span>`}${enrollment.diagnosis !== null && html`<span class="badge bad">${ALERT}${SILENCES[enrollment.diagnosis.code]}</span>`}
<time datetime="${enrollment.createdAt}">${formatMoment(enrollment.createdAt)}</time>
</a></li>`
}
