import { isEnded } from '../../model/index.ts'
import { FUNNEL_STATES, type FunnelRow, type FunnelState } from '../../store/index.ts'
import { Histogram } from './histogram.ts'

/** What became of the enrollments that reached a state. */
export interface FunnelStage {
  readonly state: FunnelState
  readonly reached: number
  /** Those that are there still. */
  readonly waiting: number
  /** Those that ended there. */
  readonly dropped: number
  /** Milliseconds from the state before; null for the first, and where nobody came. */
  readonly medianMs: number | null
  readonly p90Ms: number | null
  /** Why those ended that did, the most frequent first. */
  readonly reasons: readonly { readonly code: string; readonly count: number }[]
}

/** Enrollments that are counted together. */
export interface FunnelCell {
  readonly begun: number
  readonly stages: readonly FunnelStage[]
}

interface Tally {
  reached: number
  waiting: number
  readonly durations: Histogram
  readonly reasons: Map<string, number>
}

/** Counts enrollments, one after another. */
export class CellCount {
  #begun = 0
  readonly #tallies: readonly Tally[] = FUNNEL_STATES.map(() => ({
    ...{ reached: 0, waiting: 0 },
    durations: new Histogram(),
    reasons: new Map(),
  }))

  add({ state, code, reached }: FunnelRow): void {
    this.#begun += 1
    // Whoever came to a state came through those before it, also where a step is lost.
    const last = reached.findLastIndex((at) => at !== null)
    this.#tallies.forEach((tally, index) => {
      if (index > last) return
      tally.reached += 1
      const [at, before] = [reached[index] ?? null, reached[index - 1] ?? null]
      if (at !== null && before !== null) tally.durations.add(at - before)
    })
    const tally = this.#tallies[last]
    if (tally === undefined || last === FUNNEL_STATES.length - 1) return
    if (isEnded(state))
      tally.reasons.set(code ?? state, (tally.reasons.get(code ?? state) ?? 0) + 1)
    else tally.waiting += 1
  }

  read(): FunnelCell {
    return {
      begun: this.#begun,
      stages: this.#tallies.map(({ reached, waiting, durations, reasons }, index) => ({
        state: FUNNEL_STATES[index] ?? 'configured',
        reached,
        waiting,
        dropped: [...reasons.values()].reduce((sum, count) => sum + count, 0),
        medianMs: durations.quantile(0.5),
        p90Ms: durations.quantile(0.9),
        reasons: [...reasons]
          .map(([code, count]) => ({ code, count }))
          .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1)),
      })),
    }
  }
}
