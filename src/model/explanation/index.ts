import { DEVICE_EXPLANATIONS } from './device.ts'
import type { Explanation, Explanations } from './explanation.ts'
import { FAMILY_EXPLANATIONS, UNKNOWN } from './family.ts'
import { SERVER_EXPLANATIONS } from './server.ts'
import { SILENCE_EXPLANATIONS } from './silence.ts'

export {
  EXPLANATION_OWNERS,
  type Explanation,
  type ExplanationOwner,
  NEXT_ACTIONS,
  type NextAction,
} from './explanation.ts'

const OWN: Explanations = {
  ...DEVICE_EXPLANATIONS,
  ...SERVER_EXPLANATIONS,
  ...SILENCE_EXPLANATIONS,
}

/** Every reason code that has an explanation of its own, in the order of the alphabet. */
export const EXPLAINED_CODES: readonly string[] = Object.keys(OWN).sort()

/** The explanation of a reason code, its own or that of its family; undefined for codes that have neither. */
export const findExplanation = (code: string): Explanation | undefined =>
  own(OWN, code) ?? own(FAMILY_EXPLANATIONS, code.split('_', 1)[0] ?? '')

/** The explanation of a reason code; a general one for codes that have none of their own nor of their family. */
export const explain = (code: string): Explanation => findExplanation(code) ?? UNKNOWN

const own = (table: Explanations, key: string): Explanation | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined
