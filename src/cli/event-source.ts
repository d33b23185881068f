import { setTimeout } from 'node:timers/promises'
import { followStepsPath, readStepEvent, type StepEvent } from '../api-client/index.ts'
import type { Client } from './client.ts'
import { CommandError, ExitCode } from './exit.ts'

/** How long a server may be away, e.g. to be started anew. */
const RETRY_MS = 1000
const TRIES = 30

interface EventQuery {
  readonly enrollment: string | undefined
  /** The id of the event after which to begin; undefined: from now on. */
  readonly after: string | undefined
}

export interface EventSourceOptions {
  readonly query: EventQuery
  readonly signal: AbortSignal
  /** Called once the server tells. */
  onOpen(): void
}

/**
 * Server-sent events, without end: where the server goes away, it goes on after the last one.
 * @throws CommandError for a refusal, and where the server stays away
 */
export async function* followEvents(
  begin: NonNullable<Client['begin']>,
  { query, signal, onOpen }: EventSourceOptions,
): AsyncGenerator<StepEvent> {
  let { after } = query
  for (let tries = 0; ; tries++) {
    try {
      const response = await begin(followStepsPath({ ...query, after }), signal)
      tries = 0
      onOpen()
      for await (const { id, data } of parseEvents(response.setEncoding('utf8'))) {
        after = id
        if (data !== undefined) yield readStepEvent(JSON.parse(data))
      }
    } catch (error) {
      signal.throwIfAborted()
      const isAway = after !== undefined && isLost(error)
      if (!isAway || tries === TRIES) throw error
    }
    await setTimeout(RETRY_MS, undefined, { signal })
  }
}

/** Whether the connection ended, and not the request. */
const isLost = (error: unknown): boolean =>
  error instanceof CommandError
    ? error.exitCode === ExitCode.unreachable
    : error instanceof Error && 'code' in error

interface Event {
  readonly id: string
  /** Undefined where only the id moves on. */
  readonly data: string | undefined
}

/** Of the fields of HTML Living Standard §9.2.6, those that our server sends: each is one line. */
async function* parseEvents(chunks: AsyncIterable<string>): AsyncGenerator<Event> {
  let rest = ''
  for await (const chunk of chunks) {
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const id = fieldOf(block, 'id')
      if (id !== undefined) yield { id, data: fieldOf(block, 'data') }
    }
  }
}

const fieldOf = (block: string, name: string): string | undefined =>
  block
    .split('\n')
    .find((line) => line.startsWith(`${name}: `))
    ?.slice(name.length + 2)
