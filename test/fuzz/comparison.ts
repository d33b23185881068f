/** What two readers made of the same messages. */
export interface Comparison {
  /** Both accept the message, and what they read is the same. */
  same: number
  bothRefuse: number
  /** We refuse and another reader accepts: messages by our code. */
  readonly refusedByUs: Map<string, number>
  /** We accept and the other refuses: messages by what is known of them. */
  readonly refusedByThem: Map<string, number>
  /** We accept, everybody else refuses, and nobody knows why. */
  readonly unexplained: Difference[]
  /** Both accept and read something else. */
  readonly different: Difference[]
}

export interface Difference {
  readonly index: number
  readonly ours: unknown
  readonly theirs: unknown
}

export const createComparison = (): Comparison => ({
  same: 0,
  bothRefuse: 0,
  refusedByUs: new Map(),
  refusedByThem: new Map(),
  unexplained: [],
  different: [],
})

export const count = (classes: Map<string, number>, name: string): void => {
  classes.set(name, (classes.get(name) ?? 0) + 1)
}

/** `12 plist_malformed, 3 plist_doctype`, the most frequent first. */
export const formatClasses = (classes: ReadonlyMap<string, number>): string =>
  [...classes]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, number]) => `${number} ${name}`)
    .join(', ')
