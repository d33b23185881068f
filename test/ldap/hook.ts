import { createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:https'
import { text } from 'node:stream/consumers'
import { certifyLocalhost } from '../oidc/tls.ts'

export interface Heard {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface HookAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** The organisation's own server, which answers as it is told. */
export interface Hook extends AsyncDisposable {
  readonly url: string
  readonly heard: Heard[]
}

export const startHook = async (
  answer: (heard: Heard) => HookAnswer | Promise<HookAnswer>,
): Promise<Hook> => {
  const heard: Heard[] = []
  const server = createServer(certifyLocalhost(), async (request, response) => {
    const each = { headers: request.headers, body: await text(request) }
    heard.push(each)
    const { status = 200, headers = {}, body } = await answer(each)
    response.writeHead(status, headers).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `https://localhost:${address.port}/sign-in`,
    heard,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** As https://www.standardwebhooks.com has it, by somebody who was only told of it. */
export const isSigned = ({ headers, body }: Heard, secret: string): boolean => {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': given } = headers
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret
  const mac = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest()
  const [version, signature = ''] = String(given).split(',')
  const bytes = Buffer.from(signature, 'base64')
  return version === 'v1' && bytes.length === mac.length && timingSafeEqual(bytes, mac)
}
