import {
  type HttpAnswer,
  type HttpRequest,
  Transport,
  type TransportOptions,
} from '../transport.ts'

/** How a request gets to the server and its answer back. */
export type Handling = (request: HttpRequest, transport: Transport) => Promise<HttpAnswer>

/** A device's connection, on which exchanges can be made to go wrong. */
export class Line implements Disposable {
  /** What happens to requests, as long as it stands here. */
  handling: Handling | undefined
  readonly #options: TransportOptions
  #transport: Transport

  constructor(options: TransportOptions) {
    this.#options = options
    this.#transport = new Transport(options)
  }

  async send(request: HttpRequest): Promise<HttpAnswer> {
    const { handling } = this
    return await (handling === undefined
      ? this.#transport.send(request)
      : handling(request, this.#transport))
  }

  /** Cuts every connection that is open; the next request opens another. */
  reconnect(): void {
    this[Symbol.dispose]()
    this.#transport = new Transport(this.#options)
  }

  [Symbol.dispose](): void {
    this.#transport[Symbol.dispose]()
  }
}
