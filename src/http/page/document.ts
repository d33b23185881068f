import { type Html, type HtmlContent, html } from '../html.ts'
import { FAVICON_PATH, MARK } from './icon.ts'
import { STYLESHEET_PATH } from './stylesheet.ts'

interface Frame {
  readonly title: string
  /** Class of the body, which chooses the measure of the page. */
  readonly layout: 'card' | 'guide' | 'timeline'
  readonly head?: HtmlContent
  readonly header: Html
  readonly main: Html
  readonly footer: Html
}

/** A complete document around the parts of one page. */
export const renderDocument = ({ title, layout, head, header, main, footer }: Frame): string =>
  html`<!doctype html>
<html lang="en">
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

interface PortalFrame {
  readonly organization: string
  readonly title: string
  readonly layout: 'card' | 'guide'
  readonly main: Html
  /** Who helps; for people with a phone it is the help desk. */
  readonly help?: Html
}

/** A page under the organisation's name, with help in the same place everywhere. */
export const renderPortal = ({ organization, title, layout, main, help }: PortalFrame): string =>
  renderDocument({
    title: `${title} · ${organization}`,
    layout,
    header: html`<a class="brand" href="/"><span class="monogram" aria-hidden="true">${initial(organization)}</span><span>${organization}</span></a>`,
    main,
    footer: html`<p>${help ?? html`Stuck? The help desk of ${organization} can see how far your device has come.`}</p><p class="maker">${MARK}windfall</p>`,
  })

const initial = (name: string): string => [...name.trim()][0]?.toUpperCase() ?? ''
