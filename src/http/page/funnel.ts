import type { FunnelView } from '../funnel-view.ts'
import { type Html, html } from '../html.ts'
import { renderDocument } from './document.ts'
import { formatDay, formatDuration } from './format.ts'
import { MARK } from './icon.ts'
import { STATES } from './wording.ts'

export const FUNNEL_PATH = '/funnel'

interface FunnelPageView {
  readonly organization: string
  readonly funnel: FunnelView
}

type Flow = FunnelView['flows'][number]
type Stage = Flow['total']['stages'][number]

/** How far enrollments come: a drawing and a table with the same figures for each flow, then the days. */
export const funnelPage = ({ organization, funnel }: FunnelPageView): string =>
  renderDocument({
    title: `How far enrollments come · ${organization}`,
    layout: 'timeline',
    header: html`<span class="brand">${MARK}windfall</span><a href="/enrollments">Enrollments</a>`,
    main: html`<h1>How far enrollments come</h1>
<p class="sub">Of those that began from ${formatDay(funnel.from)} to ${formatDay(funnel.to)}</p>
${
  funnel.flows.length === 0
    ? html`<p class="panel quiet">None began in this time.</p>`
    : funnel.flows.map(renderFlow)
}`,
    footer: html`<p>Days are UTC. The same on the command line: <code>windfall enrollment funnel</code></p>`,
  })

const renderFlow = ({ flow, total, days }: Flow): Html =>
  html`<section class="funnel panel">
<h2>Flow <bdi>${flow}</bdi></h2>
${drawing(total)}
<div class="wide" role="region" aria-label="Figures of the flow ${flow}" tabindex="0"><table>
<caption>Where they stop, and how long each part of the way takes</caption>
<thead><tr><th scope="col">State</th><th scope="col">Reached</th><th scope="col">Share</th><th scope="col">There still</th><th scope="col">Ended there</th><th scope="col">Half within</th><th scope="col">Nine of ten within</th><th scope="col">Why ended</th></tr></thead>
<tbody>${total.stages.map((stage) => renderStage(stage, total.begun))}</tbody>
</table></div>
<div class="wide" role="region" aria-label="Days of the flow ${flow}" tabindex="0"><table>
<caption>By the day on which they began</caption>
<thead><tr><th scope="col">Day</th>${total.stages.map(({ state }) => html`<th scope="col">${STATES[state].word}</th>`)}</tr></thead>
<tbody>${days.map(
    ({ day, stages }) =>
      html`<tr><th scope="row"><time datetime="${day}">${formatDay(day)}</time></th>${stages.map(({ reached }) => html`<td>${reached}</td>`)}</tr>`,
  )}</tbody>
</table></div>
</section>`

const renderStage = (stage: Stage, begun: number): Html => {
  const { state, reached, waiting, dropped, medianMs, p90Ms, reasons } = stage
  return html`<tr><th scope="row">${STATES[state].word}</th><td>${reached}</td><td>${percent(reached, begun)}</td><td>${waiting}</td><td>${dropped}</td><td>${duration(medianMs)}</td><td>${duration(p90Ms)}</td><td>${
    reasons.length === 0
      ? '–'
      : reasons.map(
          ({ code, count }, index) => html`${index > 0 && ', '}<code>${code}</code> ${count}`,
        )
  }</td></tr>`
}

const duration = (ms: number | null): string => (ms === null ? '–' : formatDuration(ms))

const percent = (part: number, whole: number): string =>
  `${whole === 0 ? 0 : Math.round((part / whole) * 100)} %`

const WIDTH = 600
const ROW = 34

/** A bar for each state; the table below has the same figures. */
const drawing = ({ begun, stages }: Flow['total']): Html =>
  html`<svg class="bars" viewBox="0 0 ${WIDTH} ${stages.length * ROW}" role="img" aria-label="${stages
    .map(({ state, reached }) => `${STATES[state].word}: ${reached}`)
    .join(', ')}">${stages.map(({ reached }, index) => {
    const width = begun === 0 ? 0 : Math.max(Math.round((reached / begun) * WIDTH), reached && 2)
    return html`<rect class="track" x="0" y="${index * ROW + 4}" width="${WIDTH}" height="${ROW - 8}" rx="6"/><rect x="0" y="${index * ROW + 4}" width="${width}" height="${ROW - 8}" rx="6"/>`
  })}</svg>`
