import { LANGUAGES } from '../../model/index.ts'
import { type Html, type HtmlContent, html } from '../html.ts'
import { TEXTS, type Texts } from '../text/index.ts'
import { FAVICON_PATH, MARK } from './icon.ts'
import { STYLESHEET_PATH } from './stylesheet.ts'

interface Frame {
  readonly title: string
  /** Of the whole document; without it, English. */
  readonly texts?: Texts | undefined
  /** Class of the body, which chooses the measure of the page. */
  readonly layout: 'card' | 'guide' | 'timeline'
  readonly head?: HtmlContent
  readonly header: Html
  readonly main: Html
  readonly footer: Html
}

/** A complete document around the parts of one page. */
export const renderDocument = (frame: Frame): string => {
  const { title, texts = TEXTS.en, layout, head, header, main, footer } = frame
  return html`<!doctype html>
<html lang="${texts.language}"${texts.direction === 'rtl' && html` dir="rtl"`}>
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#f6f5f0">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#101311">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<meta name="robots" content="noindex">
${head}<link rel="icon" href="${FAVICON_PATH}" type="image/svg+xml">
<link rel="stylesheet" href="${STYLESHEET_PATH}">
</head>
<body class="${layout}">
<header class="top">${header}</header>
<main>${main}</main>
<footer class="bottom">${footer}</footer>
</body>
</html>
`.toString()
}

/** For whom a page of the portal is, and in which language. */
export interface Speech {
  readonly organization: string
  readonly texts: Texts
}

interface PortalFrame {
  readonly organization: string
  /** Undefined: for operators, in English. */
  readonly texts?: Texts | undefined
  readonly title: string
  readonly layout: 'card' | 'guide'
  readonly head?: HtmlContent
  readonly main: Html
  /** Who helps; for people with a phone it is the help desk. */
  readonly help?: Html
}

/** A page under the organisation's name, with help in the same place everywhere. */
export const renderPortal = (frame: PortalFrame): string => {
  const { organization, texts, title, layout, head, main, help } = frame
  return renderDocument({
    title: `${title} · ${organization}`,
    texts,
    layout,
    head,
    header: html`<a class="brand" href="/"><span class="monogram" aria-hidden="true">${initial(organization)}</span><bdi>${organization}</bdi></a>`,
    main,
    footer: html`<p>${help ?? (texts ?? TEXTS.en).frame.help(organization)}</p>${texts && languageMenu(texts)}<p class="maker">${MARK}windfall</p>`,
  })
}

const initial = (name: string): string => [...name.trim()][0]?.toUpperCase() ?? ''

/** Every language in its own words; the choice is remembered. */
const languageMenu = (texts: Texts): Html =>
  html`<nav class="languages" aria-label="${texts.frame.languages}"><ul>${LANGUAGES.map(
    (language) =>
      html`<li><a href="?lang=${language}" lang="${language}" hreflang="${language}"${language === texts.language && html` aria-current="true"`}>${TEXTS[language].endonym}</a></li>`,
  )}</ul></nav>`
