import assert from 'node:assert/strict'
import { once } from 'node:events'
import http, { type IncomingHttpHeaders } from 'node:http'
import https from 'node:https'
import { chainPem, intermediate, keyPem, makeLeaf } from './pair.ts'

export interface ProxyOptions {
  /** The port of 127.0.0.1 that it passes requests on to, over plain HTTP. */
  readonly to: number
  /** Makes other headers of those of an answer, as a badly configured proxy does. */
  readonly spoil?: (headers: IncomingHttpHeaders) => IncomingHttpHeaders
  /** Answers 414 to a longer URL. */
  readonly longestUrl?: number
}

/** A proxy on a free port that does TLS for `localhost` with a certificate of the public root. */
export interface Proxy extends AsyncDisposable {
  readonly url: string
}

export const startProxy = async (options: ProxyOptions): Promise<Proxy> => {
  const { to, spoil = (headers) => headers, longestUrl = 100_000 } = options
  const leaf = makeLeaf()
  const agent = new http.Agent()
  const server = https.createServer(
    { cert: chainPem(leaf, intermediate), key: keyPem(leaf), maxHeaderSize: 65_536 },
    (request, response) => {
      const { method, url: path = '', headers, socket } = request
      if (path.length > longestUrl) return response.writeHead(414).end()
      const before = headers['x-forwarded-for']
      const chain = [...(before === undefined ? [] : [before]), socket.remoteAddress]
      const outgoing = http.request(
        {
          ...{ host: '127.0.0.1', port: to, method, path, agent },
          headers: { ...headers, 'x-forwarded-for': chain.join(', ') },
        },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, spoil(answer.headers))
          answer.pipe(response)
        },
      )
      outgoing.on('error', () => response.destroy())
      return request.pipe(outgoing)
    },
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert(address !== null && typeof address === 'object')
  return {
    url: `https://localhost:${address.port}`,
    async [Symbol.asyncDispose]() {
      agent.destroy()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
