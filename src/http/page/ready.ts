import { type Html, html } from '../html.ts'
import { renderPortal } from './document.ts'
import { ALLOW, CLOSE, CONFIRM, DONE, DOWNLOADED, INSTALL, PASSCODE } from './drawing.ts'
import { formatCount } from './format.ts'
import { CLOCK, DOWNLOAD } from './icon.ts'

const TAPS = {
  allow: {
    text: html`Safari asks if this site may download a profile. Tap <b>Allow</b>.`,
    drawing: ALLOW,
  },
  close: { text: html`The profile waits in Settings. Tap <b>Close</b>.`, drawing: CLOSE },
  downloaded: {
    text: html`Open <b>Settings</b>. Near the top, tap <b>Profile Downloaded</b>.`,
    drawing: DOWNLOADED,
  },
  install: { text: html`Tap <b>Install</b> in the corner.`, drawing: INSTALL },
  passcode: {
    text: html`Enter the <b>passcode</b> that unlocks this device.`,
    drawing: PASSCODE,
  },
  confirm: {
    text: html`Tap <b>Install</b> once more. Your device then works by itself for a few seconds.`,
    drawing: CONFIRM,
  },
  done: {
    text: html`It says <b>Profile Installed</b>. Tap <b>Done</b>: that was it.`,
    drawing: DONE,
  },
} as const

type Tap = keyof typeof TAPS

interface ReadyView {
  readonly organization: string
  /** The name to greet the account holder with; undefined: nobody has signed in. */
  readonly accountName: string | undefined
  /** Where the phase 1 profile is downloaded. */
  readonly profilePath: string
  /** What the device will really ask, in order. */
  readonly taps: readonly Tap[]
}

/** What an iPhone with a passcode asks from the download to the end. */
export const IPHONE_TAPS: readonly Tap[] = [
  'allow',
  'close',
  'downloaded',
  'install',
  'passcode',
  'confirm',
  'done',
]

/** The page after the sign-in: the download, and a picture of every tap that follows. */
export const readyPage = ({ organization, accountName, profilePath, taps }: ReadyView): string =>
  renderPortal({
    organization,
    title: 'Download the profile',
    layout: 'guide',
    main: html`<div class="intro">
${
  accountName === undefined
    ? html`<h1>The profile is ready</h1>`
    : html`<p class="eyebrow">Signed in</p>
<h1>Hello <bdi>${accountName}</bdi>, your profile is ready</h1>`
}
<p class="lead">Download it, then follow the pictures. There are ${formatCount(taps.length)} steps; have your passcode at hand.</p>
<p class="act"><a class="button" href="${profilePath}">${DOWNLOAD}Download the profile</a></p>
<p class="notice">${CLOCK}<span><b>You have eight minutes.</b> The device deletes a downloaded profile that is not installed by then. If that happens, come back and download it again.</span></p>
<p class="quiet">This works in Safari. In another browser, copy the address of this site and open it in Safari.</p>
</div>
<div class="body">
<h2>What you will see</h2>
<ol class="taps">${taps.map((tap) => renderTap(TAPS[tap]))}</ol>
</div>`,
  })

const renderTap = ({ text, drawing }: { readonly text: Html; readonly drawing: Html }): Html =>
  html`<li><p>${text}</p>${drawing}</li>`
