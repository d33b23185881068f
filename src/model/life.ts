interface Life {
  /** Milliseconds since 1970, as all here. */
  readonly createdAt: number
  readonly expiresAt: number
}

/** Milliseconds that the clocks of two servers on one database may be apart. */
export const CLOCK_SKEW = 60_000

/**
 * Whether a secret is good by the clock. One that seems to be of the future was made before the clock was put back,
 * and would live longer than it was given.
 */
export const isAlive = ({ createdAt, expiresAt }: Life, now: number): boolean =>
  createdAt <= now + CLOCK_SKEW && expiresAt > now
