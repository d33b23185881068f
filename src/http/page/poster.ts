import type { Language } from '../../model/index.ts'
import { directionOf, fill, formatDay, invitationTexts } from '../../service/invitation/index.ts'
import { html } from '../html.ts'
import { renderQrCode } from './qr.ts'

interface PosterView {
  readonly organization: string
  readonly url: string
  readonly invitation: {
    readonly account: { readonly name: string; readonly fullName: string | null }
    readonly language: Language
    readonly expiresAt: number
  }
}

/** One page of A4 to print: the code, and what to do with it, in the language of the invitation. It loads nothing. */
export const posterPage = ({ organization, url, invitation }: PosterView): string => {
  const { account, language, expiresAt } = invitation
  const texts = invitationTexts(language)
  const values = {
    organization,
    name: account.fullName ?? account.name,
    date: formatDay(language, expiresAt),
  }
  return html`<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<title>${texts.title} · ${organization}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
@page { size: A4; margin: 18mm }
* { box-sizing: border-box }
body { max-width: 174mm; margin: 0 auto; padding: 8mm 0; background: #fff; color: #101311; font: 15pt/1.45 -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans JP", "Noto Sans Arabic", sans-serif }
.from { margin: 0; font-size: 17pt; color: #3d4540 }
h1 { margin: 2mm 0 8mm; font-size: 34pt; line-height: 1.15 }
.qr { display: block; width: 88mm; height: 88mm; margin: 0 auto 6mm }
ol { margin: 0; padding-inline-start: 9mm }
li { margin: 0 0 3mm; padding-inline-start: 2mm }
.url { margin: 6mm 0 0; font: 10pt/1.4 ui-monospace, monospace; text-align: center; overflow-wrap: anywhere }
.only { margin: 6mm 0 0; font-weight: 600; text-align: center }
</style>
</head>
<body>
<main>
<p class="from">${organization}</p>
<h1>${texts.title}</h1>
${renderQrCode(url, url)}
<ol>${texts.steps.map((step) => html`<li>${fill(step, values)}</li>`)}</ol>
<p class="url" dir="ltr">${url}</p>
<p class="only">${fill(texts.onlyFor, values)}</p>
</main>
</body>
</html>
`.toString()
}
