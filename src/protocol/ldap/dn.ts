import { ProtocolError } from '../../errors.ts'

const malformed = (): ProtocolError => new ProtocolError('ldap_dn', 'the DN is not one of RFC 4514')

/**
 * What two texts of one DN have in common: neither escapes, nor case, nor white space at the ends or doubled inside.
 * @throws ProtocolError `ldap_dn`
 */
export const dnKey = (text: string): string => {
  if (text.trim() === '') throw malformed()
  return JSON.stringify(splitAt(text, ',').map((rdn) => splitAt(rdn, '+').map(pairOf).toSorted()))
}

/** The parts between separators that no backslash stands before. */
const splitAt = (text: string, separator: ',' | '+'): readonly string[] => {
  const parts: string[] = []
  let start = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === separator) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}

const TYPE = /^([A-Za-z][A-Za-z0-9-]*|\d+(\.\d+)+)$/

const pairOf = (text: string): string => {
  const cut = text.indexOf('=')
  const type = text.slice(0, Math.max(cut, 0)).trim().toLowerCase()
  if (!TYPE.test(type)) throw malformed()
  return JSON.stringify([type, textOf(text.slice(cut + 1))])
}

const textOf = (text: string): string => {
  const parts = trimmed(text).split(/((?:\\[0-9A-Fa-f]{2})+|\\[ "#+,;<=>\\])/)
  const plain = parts.map((part, at) => (at % 2 === 0 ? part : unescaped(part)))
  if (parts.some((part, at) => at % 2 === 0 && part.includes('\\'))) throw malformed()
  return plain.join('').normalize('NFKC').toLowerCase().replaceAll(/ +/g, ' ')
}

/** Without the blanks at its ends that are not escaped. */
const trimmed = (text: string): string => {
  const start = text.trimStart()
  const end = start.trimEnd()
  return /(^|[^\\])(\\\\)*\\$/.test(end) && start.length > end.length ? `${end} ` : end
}

const unescaped = (part: string): string =>
  /^\\[0-9A-Fa-f]{2}/.test(part)
    ? Buffer.from(part.replaceAll('\\', ''), 'hex').toString('utf8')
    : part.slice(1)
