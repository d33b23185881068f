import type { Outlook } from '../../service/enrollment/index.ts'
import { type Html, html } from '../html.ts'
import { formatCountdown, type Gear, type ProfileLooks } from '../text/index.ts'
import { renderPortal, type Speech } from './document.ts'
import { isElsewhere, renderHandOver, type Viewer } from './hand-over.ts'
import { ALERT, CLOCK, DOWNLOAD } from './icon.ts'
import type { Journey } from './journey.ts'
import { renderHelpLine, renderMilestones, renderNews, watch } from './progress.ts'
import { isManaged, renderSees, warnsOf } from './sees.ts'
import { renderTaps, tapsOf } from './taps.ts'

export interface ReadyView extends Speech {
  /** The name to greet the account holder with; undefined: nobody has signed in. */
  readonly accountName: string | undefined
  /** Where the phase 1 profile is downloaded. */
  readonly profilePath: string
  /** Of the sign-in, for another device or browser. */
  readonly address: string
  readonly viewer: Viewer
  readonly journey: Journey
  readonly outlook: Outlook
  /** Whether the device trusts the signer of the profile. */
  readonly isVerified: boolean
  /** Whether the page looks for news by itself. */
  readonly isLive: boolean
}

/** The page after the sign-in: the download, and a picture of every tap that follows. */
export const readyPage = (view: ReadyView): string => {
  const { organization, texts, viewer, journey, outlook, isVerified } = view
  const { guide } = texts
  const gear: Gear = viewer.gear ?? 'iphone'
  const taps = tapsOf({
    gear,
    isVerified,
    hasConsent: outlook.hasConsent,
    hasWarning: warnsOf(outlook),
    hasMdm: isManaged(outlook),
  })
  const looks: ProfileLooks = {
    name: outlook.profileName,
    signer: outlook.signerName,
    isVerified,
  }
  return renderPortal({
    organization,
    texts,
    title: guide.title,
    layout: 'guide',
    head: watch(view.isLive, 15),
    main: html`<div class="intro">
${renderGreeting(view)}
<p class="lead">${gear === 'mac' ? guide.leadMac(taps.length) : guide.lead(taps.length)}</p>
${renderProblem(view)}
${renderHandOver(texts, viewer, view.address)}
<p class="act"><a class="button${isElsewhere(viewer) && ' second'}" href="${view.profilePath}">${DOWNLOAD}${journey.leftMs === undefined ? guide.download : guide.again}</a></p>
${renderDeadline(view)}
${journey.leftMs !== undefined && renderMilestones(texts, journey)}
${renderNews(texts, journey, view.isLive)}
</div>
<div class="body">
<section>
<h2>${guide.whatYouSee}</h2>
${renderTaps(texts, { gear, taps, looks })}
${renderGears(view, gear)}
</section>
${renderSees({ organization, texts, outlook, isMac: gear === 'mac' })}
${renderHelpLine(texts, journey)}
</div>`,
  })
}

const renderGreeting = ({ texts: { guide }, accountName }: ReadyView): Html =>
  accountName === undefined
    ? html`<h1>${guide.ready}</h1>`
    : html`<p class="eyebrow">${guide.signedIn}</p>
<h1>${guide.hello(html`<bdi>${accountName}</bdi>`)}</h1>`

const renderProblem = ({ texts, journey: { problem } }: ReadyView): Html | false =>
  problem !== undefined &&
  html`<div class="problem">${ALERT}<span><b>${texts.problems[problem].title}</b> ${texts.problems[problem].text}</span></div>`

const renderDeadline = ({ texts: { guide, language }, journey: { leftMs } }: ReadyView): Html => {
  if (leftMs === undefined) {
    return html`<p class="notice">${CLOCK}<span><b>${guide.deadline}</b> ${guide.deadlineWhy}</span></p>`
  }
  if (leftMs === 0) return html`<p class="notice">${CLOCK}<span>${guide.timeUp}</span></p>`
  const time = html`<b class="clock" data-left="${leftMs}">${formatCountdown(language, leftMs)}</b>`
  return html`<p class="notice" role="timer" aria-live="off">${CLOCK}<span data-up="${guide.timeUp}">${guide.timeLeft(time)}</span></p>`
}

const GEARS = [
  ['iphone', 'iPhone'],
  ['ipad', 'iPad'],
  ['mac', 'Mac'],
] as const

/** An iPad says that it is a Mac: whoever holds one chooses, and the script does so by itself. */
const renderGears = ({ texts, viewer }: ReadyView, chosen: Gear): Html =>
  html`<p class="gears">${texts.guide.stepsFor}${GEARS.map(
    ([gear, name]) =>
      html` <a href="?on=${gear}"${gear === chosen && html` aria-current="true"`}${gear === 'ipad' && viewer.gear === 'mac' && html` data-tablet`}>${name}</a>`,
  )}</p>`
