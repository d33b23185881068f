import type { FastifyBaseLogger } from 'fastify'
import { ServiceError } from '../../errors.ts'
import { firstId, type StepId } from '../../model/index.ts'
import { type FoundSteps, isAfter, type StepTail } from '../../service/event/index.ts'
import type { Caller, Standing } from '../../service/operator/index.ts'
import { type EventReader, EventStream } from './event-stream.ts'
import { presentStepEvent } from './step.ts'

/** Open at the same time, on one listener. */
const MOST_STREAMS = 10_000
/** Milliseconds between two signs of life; proxies close what is silent for a minute. */
const BEAT_MS = 15_000
/** Milliseconds between two looks at who may still read. */
const STANDING_MS = 500
/** Milliseconds after which browsers ask again. */
const RETRY_MS = 2_000
const BEAT = Buffer.from(':\n\n')

type PlacedStep = FoundSteps['steps'][number]
type Place = Pick<PlacedStep, 'position' | 'id'> | NonNullable<StepTail['place']>

export interface EventHubOptions {
  readonly tail: StepTail
  readonly standing: Standing
  readonly logger: FastifyBaseLogger
}

/** Everybody who reads events on one listener: the tail is read once, and each batch is written once for all. */
export class EventHub {
  readonly #tail: StepTail
  readonly #standing: Standing
  readonly #logger: FastifyBaseLogger
  /** Each with its place once it has what was before; undefined while it catches up. */
  readonly #streams = new Map<EventStream, Place | undefined>()
  #listening: Promise<Disposable> | undefined
  #timers: readonly NodeJS.Timeout[] = []
  #isAsking = false
  #isClosed = false

  constructor({ tail, standing, logger }: EventHubOptions) {
    this.#tail = tail
    this.#standing = standing
    this.#logger = logger
  }

  /**
   * A stream of what comes after the step `after`, or from now on.
   * @throws ServiceError unavailable `too_many_streams`
   */
  async open(reader: EventReader, after: StepId | undefined): Promise<EventStream> {
    if (this.#isClosed || this.#streams.size >= MOST_STREAMS) {
      const options = { retryAfter: 10 }
      throw new ServiceError('unavailable', 'too_many_streams', 'too many events are read', options)
    }
    const stream = new EventStream(reader)
    this.#streams.set(stream, undefined)
    stream.once('close', () => {
      this.#streams.delete(stream)
      const by = reader.caller.name
      if (stream.isCut) this.#logger.warn({ event: 'events', by }, 'cut off who does not read')
    })
    try {
      await this.#listen()
      const place = after === undefined ? this.#reached() : await this.#tail.find(after)
      const id = after ?? (place.id || firstId('step', 0))
      stream.write(Buffer.from(`retry: ${RETRY_MS}\nid: ${id}\n\n`))
      void this.#catchUp(stream, place)
      return stream
    } catch (error) {
      stream.destroy()
      throw error
    }
  }

  close(): void {
    this.#isClosed = true
    for (const stream of this.#streams.keys()) stream.finish()
    this.#rest()
  }

  async #listen(): Promise<void> {
    this.#listening ??= this.#tail.listen((steps) => this.#tell(steps))
    try {
      await this.#listening
    } catch (error) {
      this.#listening = undefined
      throw error
    }
    if (this.#timers.length > 0 || this.#isClosed) return
    this.#timers = [
      setInterval(() => this.#beat(), BEAT_MS).unref(),
      setInterval(() => void this.#turnAway(), STANDING_MS).unref(),
    ]
  }

  #reached(): Place {
    const { place } = this.#tail
    if (place === undefined) throw new Error('nobody listens to the tail')
    return place
  }

  /** Writes what the tail has told others already; from there on the stream hears it with them. */
  async #catchUp(stream: EventStream, from: Place): Promise<void> {
    const { enrollmentId } = stream.reader
    try {
      let place = from
      while (!stream.isOver && isAfter(this.#reached(), place)) {
        const reached = this.#reached()
        const { steps, isFull } = await this.#tail.read(place, enrollmentId)
        if (steps.length > 0) stream.write(format(steps))
        place = steps.at(-1) ?? place
        if (stream.isOver) return
        // Whoever wants one enrollment has nothing to wait for up to where the tail was.
        if (!isFull && isAfter(reached, place)) place = reached
        await stream.drained()
      }
      if (!stream.isOver) this.#streams.set(stream, place)
    } catch (error) {
      this.#logger.error({ err: error }, 'events could not be read')
      stream.finish()
    }
  }

  #tell(steps: readonly PlacedStep[]): void {
    const [first] = steps
    const last = steps.at(-1)
    if (first === undefined || last === undefined) return
    let all: Uint8Array | undefined
    const byEnrollment = Map.groupBy(steps, ({ enrollmentId }) => enrollmentId)
    for (const [stream, place] of this.#streams) {
      if (place === undefined) continue
      if (isAfter(last, place)) this.#streams.set(stream, last)
      const { enrollmentId } = stream.reader
      if (enrollmentId === undefined && isAfter(first, place)) {
        all ??= format(steps)
        stream.write(all)
      } else {
        const wanted = enrollmentId === undefined ? steps : (byEnrollment.get(enrollmentId) ?? [])
        const unseen = wanted.filter((step) => isAfter(step, place))
        if (unseen.length > 0) stream.write(format(unseen))
      }
    }
  }

  #beat(): void {
    if (this.#streams.size === 0) this.#rest()
    for (const stream of this.#streams.keys()) stream.beat(BEAT)
  }

  /** Ends the streams of those who may not read any more. */
  async #turnAway(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    try {
      const streams = Map.groupBy(this.#streams.keys(), ({ reader }) => credentialOf(reader.caller))
      const callers = [...streams.values()].flatMap(([stream]) => stream?.reader.caller ?? [])
      for (const caller of await this.#standing(callers, 'enrollment.read')) {
        for (const stream of streams.get(credentialOf(caller)) ?? []) stream.finish()
      }
    } catch (error) {
      this.#logger.error({ err: error }, 'it could not be seen who may still read events')
    } finally {
      this.#isAsking = false
    }
  }

  #rest(): void {
    for (const timer of this.#timers) clearInterval(timer)
    this.#timers = []
    const listening = this.#listening
    this.#listening = undefined
    void listening?.then(
      (each) => each[Symbol.dispose](),
      () => {},
    )
  }
}

const credentialOf = ({ sessionId, tokenId }: Caller): string | undefined => sessionId ?? tokenId

const format = (steps: readonly PlacedStep[]): Uint8Array =>
  Buffer.from(steps.map(formatEvent).join(''))

/** JSON has no line ends in it. */
const formatEvent = (step: PlacedStep): string => {
  const event = presentStepEvent(step)
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}
