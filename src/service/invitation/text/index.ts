import type { Language } from '../../../model/index.ts'
import { ar } from './ar.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { ja } from './ja.ts'
import type { InvitationTexts } from './texts.ts'

export type { InvitationTexts } from './texts.ts'

const TEXTS: Readonly<Record<Language, InvitationTexts>> = { en, de, fr, es, ja, ar }

/** What an invitation says in a language, with the holes that `fill` fills. */
export const invitationTexts = (language: Language): InvitationTexts => TEXTS[language]

/** Puts values into the holes of a text, such as `{name}`. What stands in a value is left as it is. */
export const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (hole, name: string) => values[name] ?? hole)

/** A day as people write it. `at` in milliseconds since 1970; days are those of UTC. */
export const formatDay = (language: Language, at: number): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(at)

export const directionOf = (language: Language): 'ltr' | 'rtl' =>
  language === 'ar' ? 'rtl' : 'ltr'
