/** How it goes with something that windfall depends on and that may be away. It holds codes, never texts. */
export interface Connection {
  readonly state: 'untried' | 'up' | 'down'
  /** When that state began, milliseconds since 1970, as all here; undefined: it is not known. */
  readonly since: number | undefined
  /** Undefined: never, as below. */
  readonly lastSuccess: number | undefined
  readonly lastError: { readonly at: number; readonly code: string } | undefined
}

/** A connection with what it is to. */
export interface NamedConnection extends Connection {
  readonly name: string
}

export const UNTRIED: Connection = {
  state: 'untried',
  since: undefined,
  lastSuccess: undefined,
  lastError: undefined,
}

/** The connection in a state that it may have been in before. */
const enter = (before: Connection, state: 'up' | 'down', at: number): Connection =>
  before.state === state ? before : { ...before, state, since: at }

export const succeeded = (before: Connection, at: number): Connection => ({
  ...enter(before, 'up', at),
  lastSuccess: at,
})

/** `isAway`: there was no answer at all; else there was one, and it was wrong. */
export const failed = (
  before: Connection,
  {
    isAway,
    ...lastError
  }: { readonly at: number; readonly code: string; readonly isAway: boolean },
): Connection => ({ ...enter(before, isAway ? 'down' : 'up', lastError.at), lastError })
