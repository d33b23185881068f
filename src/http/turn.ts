/**
 * Lets arrivals go before work. Node accepts one connection in a turn of its event loop, so that turns full of work
 * keep a crowd waiting in the kernel, where it is neither worked on nor refused. Where nobody arrives, work begins at
 * once; else after a turn without an arrival, or when as many turns were given to arrivals as the last pieces allow.
 */
export class Turns {
  readonly #arrivalsPerPiece: number
  readonly #pieces: (() => void)[] = []
  #hasArrival = false
  #isScheduled = false
  #given = 0
  #allowed: number

  constructor(arrivalsPerPiece: number) {
    this.#arrivalsPerPiece = arrivalsPerPiece
    this.#allowed = arrivalsPerPiece
  }

  /** Somebody has arrived in this turn, and others may wait behind. */
  arrive(): void {
    this.#hasArrival = true
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(this.#turn)
  }

  begin(piece: () => void): void {
    if (this.#isScheduled) this.#pieces.push(piece)
    else piece()
  }

  readonly #turn = (): void => {
    const isGiven = this.#hasArrival && this.#given < this.#allowed
    this.#hasArrival = false
    if (isGiven) {
      this.#given++
      setImmediate(this.#turn)
      return
    }
    // All together: they share commits.
    const pieces = this.#pieces.splice(0)
    this.#isScheduled = false
    this.#given = 0
    this.#allowed = this.#arrivalsPerPiece * Math.max(1, pieces.length)
    for (const piece of pieces) piece()
  }
}
