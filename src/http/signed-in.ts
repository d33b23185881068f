import { hash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Config } from '../config/index.ts'
import type { ProxyClaim } from '../service/account/index.ts'
import type { ProxySettings } from './client.ts'
import { createNetworks } from './networks.ts'

/** With it a proxy shows that it is one: its address alone shows no more than the machine. */
const SECRET_HEADER = 'x-windfall-proxy-secret'

/** Where enrolling begins: nothing else is told who has signed in at a proxy. */
const BEGINNINGS = /^\/(?:enroll|e)(?:[/?]|$)/

type HeaderSettings = Config['signIn']

/**
 * Reads who has signed in at a trusted proxy: only of the proxy's own connection, with its secret, and where enrolling begins.
 * Nothing behind the entrance sees the headers.
 */
export const identifySignedIn = (
  server: FastifyInstance,
  settings: HeaderSettings,
  proxy: ProxySettings | undefined,
): void => {
  const trusted = createNetworks(proxy?.trusted ?? [])
  const names = namesOf(settings)
  server.decorateRequest('signedIn', undefined)
  server.addHook('onRequest', async (request) => {
    const peer = request.socket.remoteAddress
    if (peer !== undefined && trusted.has(peer) && BEGINNINGS.test(request.url)) {
      request.signedIn = readClaim(request, settings)
    }
    for (const name of names) delete request.raw.headers[name]
  })
}

const namesOf = (settings: HeaderSettings): readonly string[] =>
  [
    SECRET_HEADER,
    settings.proxyHeader,
    settings.proxyFullNameHeader,
    settings.proxyEmailHeader,
    settings.proxyGroupsHeader,
  ].filter((name) => name !== undefined)

/** Undefined: the proxy says that nobody has signed in. */
const readClaim = (
  request: FastifyRequest,
  { methods, proxyHeader, proxySecret, ...more }: HeaderSettings,
): ProxyClaim | undefined => {
  if (proxyHeader === undefined || proxySecret === undefined) return undefined
  const read = readerOf(request)
  const isSaid = read.values(proxyHeader).length > 0
  if (!methods.includes('proxy') || !isSaid) return undefined
  const [secret, ...others] = read.values(SECRET_HEADER)
  if (secret === undefined || others.length > 0 || !isSame(secret, proxySecret.reveal())) {
    return { fault: 'proxy_secret' }
  }
  const name = read.text(proxyHeader, 64)
  // Proxies join what was sent twice by a comma.
  if (typeof name !== 'string' || name.includes(',')) return { fault: 'proxy_header' }
  const fullName = read.optional(more.proxyFullNameHeader, 256)
  const email = read.optional(more.proxyEmailHeader, 320)
  const groups = groupsOf(read.optional(more.proxyGroupsHeader, 16_384))
  if (fullName === FAULTY || email === FAULTY || groups === FAULTY) return { fault: 'proxy_header' }
  return { name, fullName, email, groups }
}

const FAULTY = Symbol('faulty')

const UTF8 = new TextDecoder('utf-8', { fatal: true })

/** Reads headers as they were sent: the parsed ones no longer tell one from two. */
const readerOf = ({ raw: { rawHeaders } }: FastifyRequest) => {
  const values = (wanted: string): readonly string[] =>
    rawHeaders.filter(
      (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === wanted,
    )
  /** The one value, in UTF-8; null: it is empty. */
  const text = (wanted: string, longest: number): string | null | typeof FAULTY => {
    const [value = '', ...others] = values(wanted)
    if (others.length > 0) return FAULTY
    try {
      const decoded = UTF8.decode(Buffer.from(value, 'latin1')).trim()
      return decoded.length > longest ? FAULTY : decoded || null
    } catch {
      return FAULTY
    }
  }
  return {
    values,
    text,
    /** Undefined: nobody reads or sends it. */
    optional: (wanted: string | undefined, longest: number) =>
      wanted === undefined || values(wanted).length === 0 ? undefined : text(wanted, longest),
  }
}

const groupsOf = (
  text: string | null | undefined | typeof FAULTY,
): readonly string[] | undefined | typeof FAULTY => {
  if (typeof text !== 'string') return text === null ? [] : text
  const groups = text.split(',').map((group) => group.trim())
  return groups.filter((group) => group !== '')
}

const isSame = (one: string, other: string): boolean =>
  timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'))

declare module 'fastify' {
  interface FastifyRequest {
    /** What a trusted proxy says of who has signed in there; undefined: nobody, or no proxy asks. */
    signedIn: ProxyClaim | undefined
  }
}
