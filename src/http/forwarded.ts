import { isIP } from 'node:net'
import { type Networks, toPlainAddress } from './networks.ts'

/** The header in which trusted proxies say whom they speak for. */
export type ForwardingHeader = 'x-forwarded-for' | 'forwarded'

/** Whom to believe what they say about others. */
export interface ProxyTrust {
  readonly networks: Networks
  /** Proxies write one of them and often pass on what a client put into the other: only one can be believed. */
  readonly header: ForwardingHeader
}

/**
 * The address that a request came from. A proxy that is trusted appends whom it was asked by, so that the list is
 * read from its end: the first one that is not trusted is the client, and what stands before it is the client's word.
 * @param peer the address of the connection
 * @param header the value of `trust.header`, several already joined by commas
 */
export const clientAddress = (
  peer: string,
  header: string | undefined,
  trust: ProxyTrust,
): string => {
  let client = toPlainAddress(peer)
  if (header === undefined) return client
  const read = trust.header === 'forwarded' ? readForwarded : readAddress
  // No address has a comma in it, and where a quoted text of somebody else's has, it does not matter.
  const hops = header.split(',')
  while (trust.networks.has(client)) {
    const hop = hops.pop()
    const address = hop && read(hop)
    if (!address) return client
    client = address
  }
  return client
}

const ADDRESS = /^(?:\[([0-9a-f:.]+)\](?::\d{1,5})?|([0-9.]+)(?::\d{1,5})?|([0-9a-f:.]+))$/i

/** `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`. */
const readAddress = (text: string): string | undefined => {
  const [, bracketed, dotted, bare] = ADDRESS.exec(text.trim()) ?? []
  const address = bracketed ?? dotted ?? bare ?? ''
  const version = isIP(address)
  const isAsWritten = bracketed !== undefined ? version === 6 : version !== 0
  return isAsWritten ? toPlainAddress(address) : undefined
}

const PAIR = /^\s*([a-z]+)=(?:"([^"\\]*)"|([!#$%&'*+.^_`|~0-9a-z-]+))\s*$/i

/** The `for` of one element (RFC 7239 §4), if it is an address and not a name that hides one. */
const readForwarded = (element: string): string | undefined => {
  let found: string | undefined
  for (const text of element.split(';')) {
    const [, name, quoted, token] = PAIR.exec(text) ?? []
    if (name === undefined) return undefined
    if (name.toLowerCase() !== 'for') continue
    if (found !== undefined) return undefined
    found = quoted ?? token ?? ''
  }
  return found === undefined ? undefined : readAddress(found)
}

const FORWARDING = new Set([
  'cf-connecting-ip',
  'cf-connecting-ipv6',
  'fastly-client-ip',
  'forwarded',
  'forwarded-for',
  'true-client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-forwarded-for',
  'x-real-ip',
])

/**
 * Takes away every header by which somebody could speak for others: nothing behind the entrance sees one. Some
 * programs treat an underscore as a hyphen.
 */
export const dropForwarding = (headers: Record<string, unknown>): void => {
  for (const name of Object.keys(headers)) {
    const plain = name.replaceAll('_', '-')
    if (FORWARDING.has(plain) || plain.startsWith('x-forwarded')) delete headers[name]
  }
}
