import { Readable } from 'node:stream'
import type { EnrollmentId } from '../../model/index.ts'
import type { Caller } from '../../service/operator/index.ts'

/** Bytes that may wait for a reader, beside the last batch: one who is further behind asks again, from where it was. */
const MOST_WAITING = 256 * 1024

export interface EventReader {
  readonly caller: Caller
  /** Only events of this enrollment. */
  readonly enrollmentId: EnrollmentId | undefined
}

/** The body of one answer of server-sent events. A reader that does not keep up is cut off. */
export class EventStream extends Readable {
  readonly reader: EventReader
  /** Whether it ended because nobody read. */
  isCut = false
  #wasRead = true
  #isFinished = false
  #onRead = (): void => {}

  constructor(reader: EventReader) {
    super()
    this.reader = reader
  }

  override _read(): void {
    this.#wasRead = true
    this.#onRead()
  }

  /** Whole events. */
  write(chunk: Uint8Array): void {
    if (this.readableLength > MOST_WAITING) this.#cut()
    else if (!this.isOver) this.push(chunk)
  }

  /** Shows that the connection lives; one on which nothing was read since the last time does not. */
  beat(chunk: Uint8Array): void {
    if (this.readableLength > 0 && !this.#wasRead) this.#cut()
    else this.write(chunk)
    this.#wasRead = false
  }

  /** Resolves when the reader has taken most of what was written, or is gone. */
  async drained(): Promise<void> {
    if (this.isOver || this.readableLength < this.readableHighWaterMark) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onRead = resolve
    this.once('close', resolve)
    await promise
    this.off('close', resolve)
  }

  /** Ends the answer; for a reader who is behind, at once. */
  finish(): void {
    if (this.isOver) return
    this.#isFinished = true
    if (this.readableLength > 0) this.destroy()
    else this.push(null)
  }

  #cut(): void {
    this.isCut = true
    this.destroy()
  }

  get isOver(): boolean {
    return this.destroyed || this.#isFinished
  }
}
