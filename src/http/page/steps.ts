import { explain, reasonOf } from '../../model/index.ts'
import type { EnrollmentView, StepView } from '../enrollment-view.ts'
import { type Html, html } from '../html.ts'
import { renderFields } from './detail.ts'
import { formatDay, formatDuration, formatTime } from './format.ts'
import { OUTCOMES, STATES, STEPS } from './wording.ts'

/** Every step with its decoded message; advice for reasons other than `explained`, which the page gives above. */
export const renderSteps = (view: EnrollmentView, explained: string | undefined): Html =>
  view.steps.length === 0
    ? html`<p class="panel quiet">Nothing has happened yet.</p>`
    : html`<ol class="steps">${view.steps.map((step, index) =>
        renderStep(step, view.steps[index - 1]?.at ?? view.createdAt, explained),
      )}</ol>`

const renderStep = (step: StepView, before: string, explained: string | undefined): Html => {
  const { title, meaning } = STEPS[step.code]
  const { word, icon } = OUTCOMES[step.outcome]
  return html`<li class="step ${step.outcome}" id="${step.id}">
<span class="dot">${icon}</span>
<p class="when">${when(step, before)}</p>
<div class="what">
<h3>${title}<span class="outcome">${word}</span></h3>
<p>${step.summary}</p>
${step.outcome !== 'ok' && refusal(reasonOf(step), explained)}
<details${step.outcome !== 'ok' && html` open`}><summary>Message<span class="hidden"> of the step ${title}</span></summary>
<p class="quiet">${meaning}</p>
${renderFields({
  ...(step.state && { 'new state': STATES[step.state].word }),
  ...(step.remoteAddress && { 'from address': step.remoteAddress }),
  ...step.detail,
})}
</details>
</div>
</li>`
}

/** The time of day, with the day where it is another than that of the step before. */
const when = ({ at, sinceMs }: StepView, before: string): Html =>
  html`<time datetime="${at}">${formatDay(at) !== formatDay(before) && html`<span class="day">${formatDay(at)}</span> `}${formatTime(at)}</time>${
    sinceMs !== null &&
    html` <span class="since"><span class="hidden">after </span>+${formatDuration(sinceMs)}</span>`
  }`

const refusal = (code: string, explained: string | undefined): Html => {
  const { meaning, advice } = explain(code)
  return html`<div class="hint"><p>Reason code <code>${code}</code></p>${
    code !== explained && html`<p>${meaning}</p><p><b>What to do:</b> ${advice}</p>`
  }</div>`
}
