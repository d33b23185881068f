import type { EnrollmentSummary } from '../enrollment-view.ts'
import { type Html, html } from '../html.ts'
import { renderDocument } from './document.ts'
import { formatMoment } from './format.ts'
import { MARK, SIMULATED } from './icon.ts'
import { STATES, TONE_ICONS } from './wording.ts'

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
    header: html`<span class="brand">${MARK}windfall</span>${isOperator && SIGN_OUT}`,
    main: html`<h1>Enrollments</h1>
${enrollments.length === 0 ? EMPTY : html`<ul class="enrollments">${enrollments.map(renderLine)}</ul>`}`,
    footer: html`<p>All times are UTC. The same on the command line: <code>windfall enrollment list</code></p>`,
  })

const SIGN_OUT = html`<span class="leave"><form method="post" action="/console/sign-out"><button type="submit">Sign out</button></form>
<form method="post" action="/console/sign-out-everywhere"><button type="submit">Sign out everywhere</button></form></span>`

const EMPTY = html`<p>Nobody has enrolled a device yet. Try it with a simulated iPhone: <code>windfall demo</code></p>`

const renderLine = (enrollment: EnrollmentSummary): Html => {
  const { word, tone } = STATES[enrollment.state]
  const { device } = enrollment
  return html`<li><a href="/enrollments/${enrollment.id}">
<span class="who"><bdi>${enrollment.account.name}</bdi></span>
<span class="what">${device === null ? 'no device yet' : html`${device.product ?? 'device'} <bdi>${device.serialNumber ?? device.udid}</bdi>`}</span>
<span class="badge ${tone}">${TONE_ICONS[tone]}${word}</span>${enrollment.simulated && html`<span class="badge simulated">${SIMULATED}Simulated</span>`}
<time datetime="${enrollment.createdAt}">${formatMoment(enrollment.createdAt)}</time>
</a></li>`
}
