import type { Outlook } from '../../service/enrollment/index.ts'
import { type Html, html } from '../html.ts'
import type { Said, Texts } from '../text/index.ts'
import { renderPortal, type Speech } from './document.ts'
import { ALERT, ARROW, CHECK, CLOCK, CROSS } from './icon.ts'
import type { Journey, Mark } from './journey.ts'
import { SCRIPT_PATH } from './script.ts'
import { renderSees } from './sees.ts'

/** Where the script asks whether anything has happened. */
export const NEWS_PATH = '/enroll/progress'

const ICONS: Readonly<Record<Mark, Html>> = {
  done: CHECK,
  current: CLOCK,
  ahead: html``,
  stopped: CROSS,
}

/** Loads the page again every few seconds where there is no script to look for news. */
export const watch = (isLive: boolean, seconds: number): Html =>
  html`${isLive && html`<noscript><meta http-equiv="refresh" content="${seconds}"></noscript>\n`}<script src="${SCRIPT_PATH}" defer></script>\n`

/** How far the device has come: each of the milestones, with a word for whoever does not see the icon. */
export const renderMilestones = ({ progress }: Texts, { milestones }: Journey): Html =>
  html`<section class="ticks-of"><h2>${progress.title}</h2>
<ol class="ticks">${milestones.map(
    ([milestone, mark]) =>
      html`<li class="${mark}"${mark === 'current' && html` aria-current="step"`}><span class="dot">${ICONS[mark]}</span><span>${progress.items[milestone]}<span class="hidden">, ${progress.marks[mark]}</span></span></li>`,
  )}</ol></section>`

/** That the page looks for news, and a way to hold it still (WCAG 2.2.2). */
export const renderNews = ({ progress }: Texts, { version }: Journey, isLive: boolean): Html =>
  isLive
    ? html`<p class="news" data-news="${NEWS_PATH}" data-version="${version}"><span>${progress.looking}</span> <a href="?live=off">${progress.pause}</a></p>`
    : html`<p class="news"><a href="?">${progress.resume}</a></p>`

/** The way to say what the device shows, and what to read out to the help desk. */
export const renderHelpLine = (texts: Texts, { supportCode }: Journey): Html =>
  html`<section class="help-line"><p><a class="button second" href="/enroll/error">${texts.progress.seeError}</a></p>
<p class="support">${texts.frame.support} <code dir="ltr">${supportCode}</code></p></section>`

interface ProgressView extends Speech {
  readonly journey: Journey
  readonly outlook: Outlook
  readonly isMac: boolean
  readonly isLive: boolean
}

/** The page while the device works, when it has finished, and when the enrollment is over. */
export const progressPage = (view: ProgressView): string => {
  const { organization, texts, journey, outlook, isMac } = view
  const { stage } = journey
  const said = saidOf(view)
  const isLive = view.isLive && stage === 'working'
  return renderPortal({
    organization,
    texts,
    title: said.title,
    layout: 'guide',
    head: stage === 'working' ? watch(isLive, 5) : undefined,
    main: html`<div class="intro">
<span class="medallion ${stage === 'over' || journey.problem ? 'bad' : stage}">${stage === 'over' || journey.problem ? ALERT : stage === 'finished' ? CHECK : CLOCK}</span>
<h1>${said.title}</h1>
<p class="lead" role="status">${said.text}</p>
${stage === 'over' && html`<p class="act"><a class="button" href="/enroll">${texts.progress.beginAgain}${ARROW}</a></p>`}
${stage === 'finished' && html`<p class="act"><a class="button second" href="/me">${texts.frame.myDevices}</a></p>`}
</div>
<div class="body">
${renderMilestones(texts, journey)}
${stage === 'working' && renderNews(texts, journey, isLive)}
${renderHelpLine(texts, journey)}
${stage === 'finished' && renderSees({ organization, texts, outlook, isMac })}
</div>`,
  })
}

const saidOf = ({ organization, texts, journey }: ProgressView): Said => {
  if (journey.problem !== undefined) return texts.problems[journey.problem]
  return journey.stage === 'finished'
    ? texts.progress.finished(organization)
    : texts.progress.working
}
