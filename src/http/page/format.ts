const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The UTC day of an RFC 3339 time: `3 Oct 2026`. */
export const formatDay = (time: string): string => {
  const at = new Date(time)
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`
}

/** The UTC time of day, to the millisecond: `14:03:22.418`. */
export const formatTime = (time: string): string => new Date(time).toISOString().slice(11, 23)

/** A day and a time to the second, with its zone: `3 Oct 2026, 14:03:22 UTC`. */
export const formatMoment = (time: string): string =>
  `${formatDay(time)}, ${new Date(time).toISOString().slice(11, 19)} UTC`

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A duration in milliseconds, in its two largest units: `840 ms`, `4.2 s`, `2 min 12 s`, `3 h 5 min`, `2 d 4 h`. */
export const formatDuration = (ms: number): string => {
  if (ms < SECOND) return `${Math.round(ms)} ms`
  if (ms < MINUTE) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`
  if (ms < HOUR) return pair(ms, [MINUTE, 'min'], [SECOND, 's'])
  if (ms < DAY) return pair(ms, [HOUR, 'h'], [MINUTE, 'min'])
  return pair(ms, [DAY, 'd'], [HOUR, 'h'])
}

type Unit = readonly [size: number, name: string]

const pair = (ms: number, [large, largeName]: Unit, [small, smallName]: Unit): string => {
  const rest = Math.floor((ms % large) / small)
  return `${Math.floor(ms / large)} ${largeName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`
}

/** A fingerprint as phones show it: upper-case pairs of digits. */
export const formatFingerprint = (hex: string): string =>
  (hex.match(/[0-9a-f]{2}/gi) ?? []).join(' ').toUpperCase()

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']

/** A count as a word where it is short, in figures from ten. */
export const formatCount = (count: number): string => NUMBERS[count] ?? String(count)
