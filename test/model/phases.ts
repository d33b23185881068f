import fc from 'fast-check'
import type { DatabaseLocation } from '../../src/store/index.ts'
import { type Cast, makeCast } from './cast.ts'
import { type Move, sequence } from './move.ts'
import { STATIC_CHALLENGE } from './oracle.ts'
import { type Count, Play } from './play.ts'
import { openStage, type Stage } from './stage.ts'

export interface PhasesOptions {
  readonly sequences: number
  readonly seed: number
  /** Where fast-check is to begin, from the report of a failure. */
  readonly path?: string
  readonly location?: DatabaseLocation
}

/** What the oracle takes for granted. */
export const MODEL_ENV = {
  WINDFALL_SCEP__STATIC_CHALLENGE: STATIC_CHALLENGE,
  WINDFALL_ENROLLMENT__MINIMUM_IOS: '17.0',
}

/** Plays one sequence to its end, after which nothing of it is open, and sets the clock back. */
export const playSequence = async (
  stage: Stage,
  {
    cast,
    moves,
    count,
  }: { readonly cast: Cast; readonly moves: readonly Move[]; readonly count: Count },
): Promise<void> => {
  const { clock } = stage.server
  const start = clock.now()
  try {
    const play = await Play.begin(stage, cast, count)
    for (const move of moves) await play.perform(move)
    await play.check()
    await play.finish()
    await play.end()
  } finally {
    clock.advance(start - clock.now())
  }
}

/**
 * Plays sequences of messages of three devices of two account holders, each on enrollments of its own.
 * Rejects with fast-check's report, which has the seed and the path of the shortest sequence that fails.
 */
export const playSequences = async (options: PhasesOptions): Promise<Count> => {
  const { sequences, location, ...replay } = options
  await using stage = await openStage({
    ...(location === undefined ? {} : { location }),
    env: MODEL_ENV,
  })
  const cast = await makeCast(stage)
  const count: Count = { outcomes: new Map(), delivered: 0, finished: 0 }
  const property = fc.asyncProperty(sequence, (moves) =>
    playSequence(stage, { cast, moves, count }),
  )
  await fc.assert(property, { numRuns: sequences, includeErrorInReport: true, ...replay })
  return count
}
