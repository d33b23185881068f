import { kind, matching } from './value.ts'

/** A mail server. */
export interface MailServer {
  readonly host: string
  readonly port: number
  /** TLS from the first byte. */
  readonly isImplicit: boolean
  readonly user: string | undefined
}

const PORTS = { 'smtp:': 587, 'smtps:': 465 } as const

const isScheme = (text: string): text is keyof typeof PORTS => Object.hasOwn(PORTS, text)

export const mailServer = kind(
  'a URL such as smtp://windfall@mail.example.com:587 or smtps://mail.example.com, without a password',
  { type: 'string', pattern: '^smtps?://' },
  (text): MailServer | undefined => {
    const url = URL.parse(text)
    if (url === null || !isScheme(url.protocol) || url.hostname === '') return undefined
    if (url.password || url.search || url.hash || !['', '/'].includes(url.pathname))
      return undefined
    return {
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? PORTS[url.protocol] : Number(url.port),
      isImplicit: url.protocol === 'smtps:',
      user: url.username === '' ? undefined : decodeURIComponent(url.username),
    }
  },
)

const PLAIN = /[^\s@<>",;:?&%]{1,64}@[^\s@<>",;:?&%]{1,255}/.source

export const mailbox = matching(
  'an e-mail address, with or without a name: Example IT <it@example.com>',
  new RegExp(`^(?:${PLAIN}|[^<>",;:@\\p{C}]{1,64} <${PLAIN}>)$`, 'u'),
)

export const attributeName = matching(
  'the name of an attribute of account holders',
  /^[A-Za-z][A-Za-z0-9_-]{0,63}$/,
)

/** With holes such as `{{to}}`. */
export const template = matching('1 to 4096 characters', /^[^\0]{1,4096}$/s)

export const urlTemplate = matching(
  'an https URL, in which {{to}}, {{text}}, {{from}}, {{reference}} and {{secret}} may stand behind the host',
  /^https:\/\/[^\s@/?#{}]+(?:[/?][^\s#]*)?$/,
)

/** The headers, one a line. */
export const headers = kind(
  'headers such as "X-Key: {{secret}}", one a line',
  { type: 'string' },
  (text): readonly (readonly [name: string, value: string])[] | undefined => {
    const found = text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((line) => /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e]*)$/.exec(line))
    return found.every((match) => match !== null)
      ? found.map(([, name = '', value = '']) => [name.toLowerCase(), value] as const)
      : undefined
  },
)

export const pattern = kind('a regular expression', { type: 'string' }, (text) => {
  try {
    return new RegExp(text, 'u')
  } catch {
    return undefined
  }
})

export const accountSid = matching('AC and 32 hexadecimal digits', /^AC[0-9a-fA-F]{32}$/)
