/** Where time comes from: milliseconds since 1970, UTC. Only `systemClock` asks the machine. */
export interface Clock {
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }
