import type { Language } from '../../model/index.ts'
import { ar } from './ar.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { ja } from './ja.ts'
import type { Texts } from './texts.ts'

export { formatCountdown, formatDate } from './format.ts'
export { preferredLanguage } from './preference.ts'
export type { Said, Texts } from './texts.ts'
export {
  ABILITIES,
  type Ability,
  type AppleWords,
  ATTRIBUTES,
  DEVICE_ERRORS,
  type DeviceError,
  type DeviceState,
  type Effect,
  type Gear,
  type Problem,
  type ProfileLooks,
  type Tap,
} from './vocabulary.ts'

/** Everything that people with a device are told, by language. */
export const TEXTS: Readonly<Record<Language, Texts>> = { en, de, fr, es, ja, ar }
