import type { FastifyInstance } from 'fastify'

export interface AcmeOptions {
  readonly publicUrl: string
  /** What an ACME CA is to be told that asks for a token; undefined where nobody asked for it. */
  readonly findAcmeAnswer: (token: string) => Promise<string | undefined>
}

const TOKEN = /^[\w-]{1,256}$/

/** Answers to HTTP-01 challenges (RFC 8555 §8.3). Everything else is sent to where it is encrypted. */
export const acmeRoutes =
  ({ publicUrl, findAcmeAnswer }: AcmeOptions) =>
  async (server: FastifyInstance): Promise<void> => {
    server.get<{ Params: { token: string } }>(
      '/.well-known/acme-challenge/:token',
      async ({ params: { token } }, reply) => {
        const answer = TOKEN.test(token) ? await findAcmeAnswer(token) : undefined
        if (answer === undefined) return await reply.code(404).send('nobody asked for this')
        return await reply.type('application/octet-stream').send(Buffer.from(answer))
      },
    )
    server.setNotFoundHandler(async ({ url }, reply) => {
      // The target of a request can be a whole URL, which is not ours to follow.
      const path = url.startsWith('/') ? url : '/'
      return await reply.redirect(`${publicUrl}${path}`, 308)
    })
  }
