/**
 * HTML that is safe to send: every character of it is either a literal of our own source or was escaped.
 * The class stays inside this file, so that the tag below is the only way to make one.
 */
class Html {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

export type { Html }

/** What may stand in a hole of the template. The absent values render as nothing. */
export type HtmlContent = Html | string | number | false | null | undefined | readonly HtmlContent[]

/**
 * Builds HTML from a template literal and escapes what is put into it, for text and for attribute values in
 * double quotes. A hole never stands in an unquoted attribute, a tag name, a style or a script, and a hole in
 * `href` or `action` is given addresses of our own only: escaping does not make those safe.
 */
export const html = (literals: TemplateStringsArray, ...contents: readonly HtmlContent[]): Html => {
  let text = literals[0] ?? ''
  contents.forEach((content, index) => {
    text += render(content) + (literals[index + 1] ?? '')
  })
  return new Html(text)
}

const render = (content: HtmlContent): string => {
  if (content === undefined || content === null || content === false) return ''
  if (content instanceof Html) return content.toString()
  if (typeof content === 'string') return escapeText(content)
  if (typeof content === 'number') return String(content)
  return content.map(render).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeText = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
