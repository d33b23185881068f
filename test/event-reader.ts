import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import https from 'node:https'
import type { Reachable } from './request.ts'

export interface ReceivedEvent {
  readonly id: string
  readonly type: string
  readonly data: { readonly subject: string; readonly data: { readonly code: string } }
}

/** A client of `GET /api/v1/events` that keeps what it was sent. */
export class EventReader implements Disposable {
  readonly events: ReceivedEvent[] = []
  /** What a browser would come back with. */
  lastId = ''
  comments = 0
  readonly response: IncomingMessage
  readonly ended: Promise<void>
  #waiting: { readonly count: number; readonly resolve: () => void } | undefined
  #rest = ''

  constructor(response: IncomingMessage) {
    this.response = response
    this.ended = new Promise((resolve) => response.once('close', () => resolve()))
    response.on('error', () => {}).setEncoding('utf8')
    response.on('data', (text: string) => this.#take(text))
  }

  get codes(): readonly string[] {
    return this.events.map(({ data }) => data.data.code)
  }

  get ids(): readonly string[] {
    return this.events.map(({ id }) => id)
  }

  /** Waits until so many events have come since the beginning. */
  async until(count: number): Promise<readonly ReceivedEvent[]> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting = { count, resolve }
    if (this.events.length < count) await promise
    return this.events
  }

  [Symbol.dispose](): void {
    this.response.destroy()
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split('\n\n')
    this.#rest = blocks.pop() ?? ''
    for (const block of blocks) this.#read(block)
    if (this.#waiting && this.events.length >= this.#waiting.count) this.#waiting.resolve()
  }

  #read(block: string): void {
    const fields = new Map(
      block.split('\n').map((line): [string, string] => {
        const cut = line.indexOf(':')
        return [line.slice(0, cut), line.slice(cut + 1).trim()]
      }),
    )
    if (fields.has('')) this.comments++
    this.lastId = fields.get('id') ?? this.lastId
    const data = fields.get('data')
    if (data === undefined) return
    this.events.push({
      id: this.lastId,
      type: fields.get('event') ?? '',
      data: JSON.parse(data),
    })
  }
}

/** Opens a stream, and waits until it has said where it begins. */
export const readEvents = async (
  { url, roots }: Reachable,
  path: string,
  headers: OutgoingHttpHeaders,
): Promise<EventReader> => {
  const target = new URL(`/api/v1/events${path}`, url)
  const ca = roots.map(({ bytes }) => new X509Certificate(bytes).toString())
  const options = { headers, agent: false }
  const outgoing =
    target.protocol === 'http:'
      ? http.request(target, options)
      : https.request(target, { ...options, ca })
  outgoing.end()
  const [response]: IncomingMessage[] = await once(outgoing, 'response')
  assert.ok(response)
  assert.equal(response.statusCode, 200)
  const reader = new EventReader(response)
  while (reader.lastId === '') await once(response, 'data')
  return reader
}
