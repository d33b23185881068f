import type { FastifyRequest } from 'fastify'
import type { Viewer } from '../page/index.ts'

/** The tokens of other browsers on iOS, which all look like Safari otherwise. */
const BROWSERS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bCriOS\//, 'Chrome'],
  [/\bFxiOS\//, 'Firefox'],
  [/\bFocus\//, 'Firefox Focus'],
  [/\bEdgiOS\//, 'Edge'],
  [/\bOP(?:iOS|T|X)\//, 'Opera'],
  [/\bD(?:uckDuckGo|dg)\//, 'DuckDuckGo'],
  [/\bBrave\//, 'Brave'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bYaBrowser\//, 'Yandex'],
]

/** Windows inside apps that call themselves Safari too. */
const APPS =
  /\b(?:FBAN|FBAV|FB_IAB|Instagram|Line|MicroMessenger|Twitter|LinkedInApp|Snapchat|Pinterest|GSA|TikTok|musical_ly|BytedanceWebview|Teams|TeamsMobile|Slack|WhatsApp)\b/

/** Reads `User-Agent`, which is a hint and never a proof. An iPad calls itself a Mac unless it is told otherwise. */
export const viewerOf = (request: FastifyRequest): Viewer => {
  const agent = request.headers['user-agent']?.slice(0, 512) ?? ''
  const chosen = chosenGear(request)
  const viewer = readAgent(agent)
  return chosen === undefined || viewer.kind === 'android' ? viewer : { ...viewer, gear: chosen }
}

const chosenGear = ({ query }: FastifyRequest): Viewer['gear'] => {
  const chosen = typeof query === 'object' && query !== null && 'on' in query ? query.on : undefined
  return chosen === 'iphone' || chosen === 'ipad' || chosen === 'mac' ? chosen : undefined
}

const NOBODY: Viewer = { gear: undefined, kind: 'unknown', browser: undefined }

const readAgent = (agent: string): Viewer => {
  const mobile = /\b(?:iPhone|iPod)\b/.test(agent)
    ? 'iphone'
    : /\biPad\b/.test(agent)
      ? 'ipad'
      : undefined
  if (mobile !== undefined) return { ...browserOf(agent), gear: mobile }
  if (/\bMac OS X\b/.test(agent)) return { ...NOBODY, gear: 'mac', kind: 'apple' }
  if (/\bAndroid\b/.test(agent)) return { ...NOBODY, kind: 'android' }
  return /\b(?:Windows|Linux|CrOS|X11)\b/.test(agent) ? { ...NOBODY, kind: 'desktop' } : NOBODY
}

const browserOf = (agent: string): Viewer => {
  if (APPS.test(agent) || !/\bSafari\//.test(agent)) return { ...NOBODY, kind: 'app' }
  const browser = BROWSERS.find(([pattern]) => pattern.test(agent))?.[1]
  return { ...NOBODY, kind: browser === undefined ? 'apple' : 'browser', browser }
}
