import { ProtocolError } from '../../errors.ts'

/** What a SCEP request asks for; `unknown` is answered with an error. */
type Operation = 'GetCACaps' | 'GetCACert' | 'PKIOperation' | 'unknown'

export interface ScepQuery {
  readonly operation: Operation
  /** The parameter `message` exactly as it stood in the URL; undefined where it is absent. */
  readonly message: string | undefined
}

const OPERATIONS = new Map<string, Operation>([
  ['getcacaps', 'GetCACaps'],
  ['getcacert', 'GetCACert'],
  ['pkioperation', 'PKIOperation'],
])

/**
 * Reads a query string that nobody decoded before: a usual parser turns the `+` of base64 into spaces.
 * Without an operation a POST means PKIOperation, and a GET is answered with the capabilities.
 */
export const parseScepQuery = (rawQuery: string, method: 'GET' | 'POST'): ScepQuery => {
  let operation: string | undefined
  let message: string | undefined
  for (const parameter of rawQuery.split('&')) {
    const cut = parameter.indexOf('=')
    const name = (cut < 0 ? parameter : parameter.slice(0, cut)).toLowerCase()
    const value = cut < 0 ? '' : parameter.slice(cut + 1)
    if (name === 'operation') operation ??= percentDecode(value).toLowerCase()
    if (name === 'message') message ??= value
  }
  if (operation === undefined || operation === '') {
    return { operation: method === 'POST' ? 'PKIOperation' : 'GetCACaps', message }
  }
  return { operation: OPERATIONS.get(operation) ?? 'unknown', message }
}

const BASE64 = /^[A-Za-z0-9+/]*$/

/**
 * The bytes of a PKIOperation by GET. Clients leave `+` and `/` raw (iOS, macOS, jscep), break lines with
 * `%0A` (Cisco, sscep) or use the URL-safe alphabet (micromdm's scepclient before 2026).
 * @throws ProtocolError `scep_base64`
 */
export const decodeMessage = (message: string): Uint8Array => {
  const text = percentDecode(message)
    .replaceAll(/[\r\n\t]/g, '')
    .replaceAll(/[ -]/g, '+')
    .replaceAll('_', '/')
    .replace(/={0,2}$/, '')
  if (!BASE64.test(text) || text.length % 4 === 1) {
    throw new ProtocolError('scep_base64', 'the message is not base64')
  }
  return Buffer.from(text, 'base64')
}

/** The CA identifier of GetCACert and GetCACaps: plain text, empty where there is none. */
export const decodeIdentifier = (message: string | undefined): string =>
  percentDecode((message ?? '').replaceAll('+', ' '))

// Octets, not UTF-8: what stands here is ASCII or not meant for us.
const percentDecode = (text: string): string =>
  text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
