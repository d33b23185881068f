import type { Language } from '../../model/index.ts'

/** A day in words, e.g. `3 October 2026`; times are in UTC, as nobody knows where the person is. */
export const formatDate = (language: Language, time: number): string => dates(language).format(time)

/** Minutes and seconds as a clock shows them, e.g. `7:58`, in the digits of the language. */
export const formatCountdown = (language: Language, milliseconds: number): string => {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  const [whole, padded] = numbers(language)
  return `${whole.format(Math.floor(seconds / 60))}:${padded.format(seconds % 60)}`
}

const perLanguage = <T>(make: (language: Language) => T): ((language: Language) => T) => {
  const made = new Map<Language, T>()
  return (language) => {
    const known = made.get(language)
    if (known !== undefined) return known
    const fresh = make(language)
    made.set(language, fresh)
    return fresh
  }
}

// Each takes a hundred times as long to make as to use.
const dates = perLanguage(
  (language) =>
    new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
      dateStyle: 'long',
      timeZone: 'UTC',
    }),
)

const numbers = perLanguage(
  (language) =>
    [
      new Intl.NumberFormat(language),
      new Intl.NumberFormat(language, { minimumIntegerDigits: 2 }),
    ] as const,
)
