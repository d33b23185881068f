/**
 * Begins work one piece in each turn of the event loop, and lets arrivals go first: Node accepts one connection a
 * turn, so that turns full of work would keep a crowd waiting in the kernel, where it is neither worked on nor
 * refused. A piece waits for at most `patience` turns in which somebody arrived.
 */
export class Turns {
  readonly #patience: number
  readonly #pieces: (() => void)[] = []
  #hasArrival = false
  #waited = 0

  constructor(patience: number) {
    this.#patience = patience
  }

  /** Somebody has arrived in this turn, and others may wait behind. */
  arrive(): void {
    this.#hasArrival = true
  }

  begin(piece: () => void): void {
    if (this.#pieces.push(piece) === 1) setImmediate(this.#turn)
  }

  readonly #turn = (): void => {
    const isWaiting = this.#hasArrival && this.#waited < this.#patience
    this.#hasArrival = false
    this.#waited = isWaiting ? this.#waited + 1 : 0
    if (!isWaiting) this.#pieces.shift()?.()
    if (this.#pieces.length > 0) setImmediate(this.#turn)
  }
}
