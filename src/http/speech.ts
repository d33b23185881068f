import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Language, parseLanguage } from '../model/index.ts'
import { SCRIPT_PATH } from './page/index.ts'
import { cookieOf } from './request.ts'
import { preferredLanguage, TEXTS, type Texts } from './text/index.ts'

/** What somebody chose, once they have. */
const LANGUAGE_COOKIE = '__Host-windfall-language'
const YEAR = 365 * 24 * 60 * 60

/** In which language to answer: what is chosen here, or was before, or what the browser prefers; else English. */
export const textsOf = (request: FastifyRequest): Texts => {
  const language =
    chosenIn(request) ??
    parseLanguage(cookieOf(request, LANGUAGE_COOKIE) ?? '') ??
    preferredLanguage(request.headers['accept-language'] ?? '')
  return TEXTS[language ?? 'en']
}

const chosenIn = ({ query }: FastifyRequest): Language | undefined => {
  const chosen = typeof query === 'object' && query !== null && 'lang' in query ? query.lang : ''
  return typeof chosen === 'string' ? parseLanguage(chosen) : undefined
}

/** Remembers a language for the pages that follow, whoever chose it. */
export const rememberLanguage = (reply: FastifyReply, language: Language): void => {
  reply.header(
    'set-cookie',
    `${LANGUAGE_COOKIE}=${language}; Path=/; Max-Age=${YEAR}; Secure; HttpOnly; SameSite=Lax`,
  )
}

/** Remembers what is chosen by `?lang=` on any page of `server`. */
export const offerLanguages = (server: FastifyInstance): void => {
  server.addHook('onRequest', async (request, reply) => {
    const chosen = chosenIn(request)
    if (chosen !== undefined) rememberLanguage(reply, chosen)
  })
}

// The script of the portal, and what it asks for; nothing of anybody else.
const SCRIPTED = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Sends a page of the portal. One that loads the script may do so. */
export const sendPage = async (reply: FastifyReply, page: string): Promise<FastifyReply> => {
  if (page.includes(SCRIPT_PATH)) reply.header('content-security-policy', SCRIPTED)
  return await reply.type('text/html').send(page)
}
