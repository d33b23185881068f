/** A piece of a list that is in the order of its ids. */
export interface Page<Id> {
  readonly limit: number
  /** Only what comes behind this one. */
  readonly after?: Id | undefined
}
