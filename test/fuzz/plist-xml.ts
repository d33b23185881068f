import { pick, type Random } from '../mutate.ts'
import { TEXTS } from './plist-dictionary.ts'
import type { Tree } from './plist-tree.ts'

const DOCTYPE =
  '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd"'

const PROLOGS: readonly string[] = [
  `<?xml version="1.0" encoding="UTF-8"?>\n${DOCTYPE}>\n`,
  `<?xml version="1.0" encoding="UTF-8"?>\n${DOCTYPE.replace('Apple//', 'Apple Computer//')}>\n`,
  '<?xml version="1.0"?>',
  '',
]

const ODD_PROLOGS: readonly string[] = [
  '<?xml version="1.1"?>',
  '<?xml version="1.0" encoding="UTF-16"?>',
  '<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?>',
  '<!DOCTYPE plist>',
  '<!DOCTYPE plist SYSTEM "file:///etc/passwd">',
  `${DOCTYPE} []>`,
  `${DOCTYPE} [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>`,
  `${DOCTYPE} [<!ENTITY % x SYSTEM "http://127.0.0.1:1/">%x;]>`,
  '\ufeff',
  ' ',
  '\0',
]

const ROOTS: readonly (readonly [open: string, close: string])[] = [
  ['<plist version="1.0">', '</plist>'],
  ['<plist>', '</plist>\n'],
  ['<plist version="1.0"\n>', '</plist >'],
]

const ODD_ROOTS: typeof ROOTS = [
  ['<plist version="0.9">', '</plist>'],
  ['<plist version="1.0" xmlns="http://www.apple.com/">', '</plist>'],
  ['<plist>', '</plist><plist></plist>'],
  ['<plist>', ''],
  ['<PLIST>', '</PLIST>'],
  ['', ''],
]

/** XML of a tree, spelled in one of the many ways that mean the same, and now and then in one that does not. */
export const writeXml = (tree: Tree, random: Random): Uint8Array => {
  const [open, close] = pick(random(12) === 0 ? ODD_ROOTS : ROOTS, random)
  const prolog = pick(random(12) === 0 ? ODD_PROLOGS : PROLOGS, random)
  const spelling = random(3) === 0 ? random : undefined
  return Buffer.from(`${prolog}${open}${writeElement(tree, spelling)}${close}`)
}

/** Without `spelling` in the plain way. */
const writeElement = (tree: Tree, spelling: Random | undefined): string => {
  const between = spelling === undefined ? '\n' : pick(BETWEEN, spelling)
  switch (tree.kind) {
    case 'array':
      return wrap(
        'array',
        tree.items.map((item) => between + writeElement(item, spelling)).join(''),
      )
    case 'dict': {
      const entries = tree.entries.map(
        ({ key, value }) =>
          `${between}${writeElement(key, spelling)}${between}${writeElement(value, spelling)}`,
      )
      return wrap('dict', entries.join(''))
    }
    case 'leaf':
      return wrap(tree.type, writeText(tree.text, spelling))
    default:
      return tree satisfies never
  }
}

// Mostly what changes nothing.
const BETWEEN: readonly string[] = [
  ...['', '', '\n', '\t', ' \r\n', '<!-- c -->', '<?pi a?>', '\r', '<!-- - -->', '\n\n'],
  ...['<!---->', 'x', '<![CDATA[ ]]>', '&#32;', '<!-- -- -->', '<a/>'],
]

const wrap = (name: string, content: string): string =>
  content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`

const writeText = (text: string, spelling: Random | undefined): string => {
  switch (spelling?.(8)) {
    case 0:
      return `<![CDATA[${text}]]>`
    case 1:
      return [...text].map((character) => `&#${character.codePointAt(0)};`).join('')
    case 2:
      return [...text].map((character) => `&#x${character.codePointAt(0)?.toString(16)};`).join('')
    case 3:
      return spelling === undefined ? text : text + pick(TEXTS, spelling)
    case 4:
      return `<!-- c -->${escapeMarkup(text)}`
    default:
      return escapeMarkup(text)
  }
}

const escapeMarkup = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
