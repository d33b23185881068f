/** The languages that account holders are spoken to in. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'ja', 'ar'] as const
export type Language = (typeof LANGUAGES)[number]

/** A language by its BCP 47 tag, or by the tag of one of its regions; undefined where it is none of ours. */
export const parseLanguage = (tag: string): Language | undefined => {
  const primary = tag.trim().toLowerCase().split('-')[0]
  return LANGUAGES.find((language) => language === primary)
}
