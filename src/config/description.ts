import { z } from 'zod'

export interface KeyDescription {
  readonly meaning: string
  /** What to do about it: when to set it, and what follows. */
  readonly advice: string
  /** In words, where the default is not a value of its own. */
  readonly fallback?: string
  /** Its value is a `Secret`, and may come from a file named by the variable with `_FILE` behind it. */
  readonly isSecret?: true
}

export const descriptions = z.registry<KeyDescription>()
export const titles = z.registry<{ readonly title: string }>()
