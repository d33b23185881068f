import type { Kit } from './kit.ts'

/** One thing that goes wrong in an enrollment, what a correct server does then, and how it is played. */
export interface Fault {
  /** Of the command line, kebab-case. */
  readonly name: string
  readonly title: string
  /** What a correct server does: one sentence. */
  readonly expects: string
  /** The clause that demands it, or the attack that it resists. */
  readonly source: string
  /** @throws SimError where the server does anything else; NotApplicable */
  readonly play: (kit: Kit) => Promise<void>
}

/** The fault cannot be played here; the message says what is missing. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable'
}
