import type { EnrollmentId, StepId } from '../../model/index.ts'
import {
  type Db,
  findLastPlace,
  findPlace,
  listSettledSteps,
  type Place,
  type PlacedStep,
  settleForeignSteps,
} from '../../store/index.ts'

/** Milliseconds between two looks at what other servers have written. */
const POLL_MS = 500
/** Milliseconds between two looks, whatever is written here: many steps share one. */
const LEAST_MS = 25
const PAGE = 500

type Listener = (steps: readonly PlacedStep[]) => void

/** The end of the table of steps, read once for everybody who listens. */
export interface StepTail extends AsyncDisposable {
  /** Up to where listeners were told; undefined while nobody listens. */
  readonly place: Place | undefined
  /** Tells of every step after `place` as it then is, each once and in their order, until it is disposed of. */
  listen(listener: Listener): Promise<Disposable>
  /** Steps after a place. */
  read(after: Place, enrollmentId: EnrollmentId | undefined): Promise<FoundSteps>
  /** Where to go on after the step of that id; an id of no step stands for the moment at which it was made. */
  find(id: StepId): Promise<Place>
  /** A step was written here: looks soon. */
  poke(): void
}

export interface FoundSteps {
  readonly steps: readonly PlacedStep[]
  /** Whether there may be more. */
  readonly isFull: boolean
}

/** Whether one place is behind another. */
export const isAfter = (place: Place, other: Place): boolean =>
  place.position === other.position ? place.id > other.id : place.position > other.position

interface TailOptions {
  readonly db: Db
  /** Where the steps could not be read; the tail goes on trying. */
  onError(error: unknown): void
}

export const createStepTail = (options: TailOptions): StepTail => new Tail(options)

class Tail implements StepTail {
  readonly #db: Db
  readonly #onError: TailOptions['onError']
  readonly #listeners = new Set<Listener>()
  #place: Promise<Place> | undefined
  #reached: Place | undefined
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()
  #isRunning = false
  #isPoked = false
  #lookedAt = 0

  constructor({ db, onError }: TailOptions) {
    this.#db = db
    this.#onError = onError
  }

  get place(): Place | undefined {
    return this.#reached
  }

  async listen(listener: Listener): Promise<Disposable> {
    while (this.#reached === undefined) await this.#begin()
    this.#listeners.add(listener)
    return {
      [Symbol.dispose]: () => {
        this.#listeners.delete(listener)
        if (this.#listeners.size === 0) this.#end()
      },
    }
  }

  async read(after: Place, enrollmentId: EnrollmentId | undefined): Promise<FoundSteps> {
    const steps = await listSettledSteps(this.#db, after, { enrollmentId, limit: PAGE })
    return { steps, isFull: steps.length === PAGE }
  }

  find(id: StepId): Promise<Place> {
    return findPlace(this.#db, id)
  }

  poke(): void {
    if (this.#reached === undefined || this.#isPoked) return
    this.#isPoked = true
    this.#plan(Math.max(0, this.#lookedAt + LEAST_MS - performance.now()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear()
    this.#end()
    await this.#running
  }

  // Several listeners that come first share one beginning.
  async #begin(): Promise<void> {
    this.#place ??= settleForeignSteps(this.#db).then(() => findLastPlace(this.#db))
    try {
      const place = await this.#place
      if (this.#reached !== undefined) return
      this.#reached = place
      this.#plan(POLL_MS)
    } finally {
      this.#place = undefined
    }
  }

  #end(): void {
    this.#reached = undefined
    clearTimeout(this.#timer)
  }

  #plan(milliseconds: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#look(), milliseconds).unref()
  }

  #look(): void {
    if (this.#isRunning) return
    this.#isRunning = true
    this.#isPoked = false
    this.#lookedAt = performance.now()
    this.#running = this.#tell().finally(() => {
      this.#isRunning = false
      if (this.#reached !== undefined) this.#plan(this.#isPoked ? LEAST_MS : POLL_MS)
    })
  }

  async #tell(): Promise<void> {
    try {
      for (let isFull = true; isFull && this.#reached !== undefined; ) {
        const from = this.#reached
        const found = await this.read(from, undefined)
        const last = found.steps.at(-1)
        isFull = found.isFull
        // Nobody may be left by now, or others that began at another place.
        if (last === undefined || this.#reached !== from) return
        this.#reached = last
        for (const listener of this.#listeners) listener(found.steps)
      }
    } catch (error) {
      this.#onError(error)
    }
  }
}
