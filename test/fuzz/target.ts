import { ProtocolError } from '../../src/errors.ts'
import type { Random } from '../mutate.ts'

/** What became of an input. */
export type Verdict = 'accepted' | 'refused'

/** One way of making inputs, and where they go. */
export interface Shape {
  /** Lower case and digits: the corpus files of the shape begin with it. */
  readonly name: string
  /** How often, in proportion to the target's other shapes. */
  readonly weight: number
  /** An input as it is before it is signed or encrypted again. */
  generate(random: Random): Uint8Array
  /** Signs or encrypts as the shape says and hands it over. Whatever this throws is a finding. */
  deliver(input: Uint8Array): Verdict | Promise<Verdict>
}

/** A part of the product under attack. */
export interface Target extends AsyncDisposable {
  readonly shapes: readonly Shape[]
  /** Looks at what all inputs together have left behind; throws if that is more than it may be. */
  settle(): Promise<void>
}

/** A target that keeps nothing between inputs. */
export const codecTarget = (shapes: readonly Shape[]): Target => ({
  shapes,
  settle: async () => {},
  [Symbol.asyncDispose]: async () => {},
})

/** A ProtocolError is a refusal; every other error stays one. */
export const attempt = (decode: () => unknown): Verdict => {
  try {
    decode()
    return 'accepted'
  } catch (error) {
    if (error instanceof ProtocolError) return 'refused'
    throw error
  }
}
