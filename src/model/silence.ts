import type { EnrollmentState } from './enrollment.ts'
import type { StepCode } from './step.ts'

/** What can be read from it that nothing more comes. */
export const SILENCE_CODES = [
  'never_downloaded',
  'not_safari',
  'not_apple_device',
  'profile_not_installed',
  'scep_not_begun',
  'capabilities_unanswered',
  'certificate_not_requested',
  'reply_rejected',
] as const
export type SilenceCode = (typeof SILENCE_CODES)[number]

/** A step as far as silence can be read from it. */
export interface StepMark {
  readonly at: number
  readonly code: StepCode
  /** Where the enrollment moved to; null where it stayed. */
  readonly state: EnrollmentState | null
}

/** What silence is read from. */
export interface Signs {
  readonly state: EnrollmentState
  /** All of the enrollment, first to last. */
  readonly steps: readonly StepMark[]
  /** What the program that downloaded the profile said it is; null where it said nothing. */
  readonly userAgent: string | null
}

/** What seems to be wrong; it is no longer so once the device goes on. */
export interface Diagnosis {
  readonly code: SilenceCode
  /** The last step before the silence, milliseconds since 1970. */
  readonly since: number
}

const MINUTE = 60_000

/** Milliseconds of silence after which each is said. iOS throws a profile away that was not installed for 8 minutes. */
const PATIENCE = {
  never_downloaded: 10 * MINUTE,
  not_safari: 0,
  not_apple_device: 0,
  profile_not_installed: 8 * MINUTE,
  scep_not_begun: 2 * MINUTE,
  capabilities_unanswered: MINUTE,
  // Old devices make their key for minutes.
  certificate_not_requested: 5 * MINUTE,
  reply_rejected: 2 * MINUTE,
} as const satisfies Record<SilenceCode, number>

/** Devices ask for the capabilities so often before they give up. */
const LAST_QUESTION = 3

/**
 * What the silence of an enrollment at `now` means; undefined where the device may still be at work, or has refused
 * nothing and ended well. Of an enrollment that time has ended it says what it was waiting for. Never stored: it is
 * read anew from the steps each time.
 */
export const readSilence = (signs: Signs, now: number): Diagnosis | undefined => {
  const waiting = signs.steps.filter(({ code }) => code !== 'expired')
  const since = waiting.at(-1)?.at
  const code = suspect({ ...signs, state: waitingState(signs), steps: waiting })
  if (code === undefined || since === undefined) return undefined
  return now - since >= PATIENCE[code] ? { code, since } : undefined
}

/** What time has ended was waiting in the last state that a step led to. */
const waitingState = ({ state, steps }: Signs): EnrollmentState =>
  state === 'expired'
    ? (steps.findLast((step) => step.state !== null && step.state !== 'expired')?.state ?? state)
    : state

const suspect = ({ state, steps, userAgent }: Signs): SilenceCode | undefined => {
  // A refusal speaks for itself.
  if (isRefusal(steps.at(-1))) return undefined
  switch (state) {
    case 'authenticated':
      return 'never_downloaded'
    case 'offered':
      return findWrongBrowser(userAgent) ?? 'profile_not_installed'
    case 'identified':
      return suspectOfScep(steps)
    case 'certified':
      return 'reply_rejected'
    default:
      return undefined
  }
}

const isRefusal = (step: StepMark | undefined): boolean => step?.code.endsWith('_refused') === true

const suspectOfScep = (steps: readonly StepMark[]): SilenceCode => {
  const begin = steps.findLastIndex(({ code }) => code.startsWith('phase2_'))
  const asked = steps.slice(begin + 1).map(({ code }) => code)
  if (asked.length === 0) return 'scep_not_begun'
  const questions = asked.filter((code) => code === 'get_ca_caps').length
  return questions >= LAST_QUESTION && asked.at(-1) === 'get_ca_caps'
    ? 'capabilities_unanswered'
    : 'certificate_not_requested'
}

/** Browsers of others, and those inside of other apps: each says so beside the words of Safari. */
const OTHERS =
  /\b(CriOS|FxiOS|EdgiOS|EdgA|OPiOS|OPT|OPX|GSA|DuckDuckGo|YaBrowser|Brave|FBAN|FBAV|Instagram|Line|MicroMessenger|Snapchat|TikTok|Teams)\b/

/**
 * Whether a profile comes to Settings from a browser. What does not call itself a browser may be anything, also a
 * device that opens the address itself; every browser of a Mac hands profiles over.
 */
const findWrongBrowser = (userAgent: string | null): SilenceCode | undefined => {
  if (userAgent === null || !userAgent.startsWith('Mozilla/')) return undefined
  if (/\b(iPhone|iPad|iPod)\b/.test(userAgent)) {
    const isSafari = /\bVersion\/[\d.]+ .*\bSafari\//.test(userAgent) && !OTHERS.test(userAgent)
    // Before iOS 3 Safari did not say its version; iOS 3 is the first that enrolls.
    return isSafari ? undefined : 'not_safari'
  }
  return /\b(Android|Windows|Linux|CrOS|X11)\b/.test(userAgent) ? 'not_apple_device' : undefined
}
