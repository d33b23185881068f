/** One call of a concurrent history: what came of it, and the moments between which it must have happened. */
export interface Call<Input> {
  readonly input: Input
  readonly output: string
  /** Moments of one clock that no two events share. */
  readonly called: number
  readonly returned: number
}

/** What an object does when it is used by one at a time. */
export interface Specification<State, Input> {
  readonly initial: State
  apply(state: State, input: Input): { readonly state: State; readonly output: string }
}

/**
 * Whether the calls could have happened one at a time, each at a moment between its beginning and its end,
 * with the outputs that were seen (Herlihy and Wing 1990). The search is Wing's and Gong's: of the calls that
 * may come next, each is tried; sets of calls that were found to lead nowhere from a state are not tried again.
 */
export const isLinearizable = <State, Input>(
  calls: readonly Call<Input>[],
  { initial, apply }: Specification<State, Input>,
): boolean => {
  const dead = new Set<string>()

  const search = (state: State, left: readonly Call<Input>[]): boolean => {
    if (left.length === 0) return true
    const key = JSON.stringify([state, left.map(({ called }) => called)])
    if (dead.has(key)) return false
    // What was called after another had returned did not come before it.
    const firstReturn = Math.min(...left.map(({ returned }) => returned))
    for (const call of left) {
      if (call.called > firstReturn) continue
      const next = apply(state, call.input)
      if (next.output !== call.output) continue
      const others = left.filter((other) => other !== call)
      if (search(next.state, others)) return true
    }
    dead.add(key)
    return false
  }

  return search(initial, calls)
}
