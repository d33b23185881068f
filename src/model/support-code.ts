import type { EnrollmentId } from './id.ts'

const LENGTH = 6

/** What somebody reads out on the telephone to name an enrollment, e.g. `K7Q-42M`: the end of its id. */
export const supportCodeOf = (id: EnrollmentId): string => {
  const end = id.slice(-LENGTH).toUpperCase()
  return `${end.slice(0, 3)}-${end.slice(3)}`
}

/**
 * The end of the ids that a support code stands for; undefined where `text` is no such code. Small letters, spaces and
 * what is mistaken for a digit of Crockford's base 32 are understood.
 */
export const parseSupportCode = (text: string): string | undefined => {
  const plain = text.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0')
  const end = plain.replaceAll(/[il]/g, '1')
  return /^[0-9a-hjkmnp-tv-z]{6}$/.test(end) ? end : undefined
}
