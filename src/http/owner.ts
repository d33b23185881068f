import type { FastifyInstance } from 'fastify'
import type { Method } from './access.ts'

/** The API without a socket: for commands that work on the data while no server holds it. */
export interface OwnerApi {
  request(request: OwnerRequest): Promise<OwnerAnswer>
}

interface OwnerRequest {
  readonly method: Method
  /** With its query, e.g. `/api/v1/enrollments?limit=5`. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** JSON. */
  readonly body: string | undefined
}

interface OwnerAnswer {
  readonly status: number
  readonly body: string
}

export const createOwnerApi = (server: FastifyInstance): OwnerApi => ({
  async request({ method, path, headers, body }) {
    const answer = await server.inject({
      method,
      url: path,
      headers,
      ...(body === undefined ? {} : { payload: body }),
    })
    return { status: answer.statusCode, body: answer.body }
  },
})
