import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import pino from 'pino'
import { createPublicServer } from '../../src/http/index.ts'
import { decodeSignedData } from '../../src/protocol/cms/index.ts'
import { openScene, rowsOf, type Scene, stateOf } from '../security/scene.ts'
import type { Verdict } from './target.ts'

/** An answer; of one that has no end, what comes before its body. */
export type Reply = Pick<LightMyRequestResponse, 'statusCode' | 'headers' | 'rawPayload'>

/** A server whose public routes are called without a socket. */
export interface Service extends AsyncDisposable {
  readonly scene: Scene
  /** One request from an address of its own, by which its audit lines are known. */
  send(request: InjectOptions): Promise<Reply>
  /** As Fastify prints them. */
  printRoutes(): string
  /** Fails if the routes have logged an error. */
  requireNoErrors(): void
}

const REMOTE_ADDRESS = '198.51.100.7'

export const openService = async (databaseUrl?: string): Promise<Service> => {
  await using stack = new AsyncDisposableStack()
  const scene = stack.use(
    await openScene(
      databaseUrl === undefined ? {} : { location: { kind: 'postgres', url: databaseUrl } },
    ),
  )
  const errors: string[] = []
  const logger = pino({ level: 'error' }, { write: (line: string) => void errors.push(line) })
  const { services } = scene.server.app.core
  const routes: FastifyInstance = stack.use(
    await createPublicServer(services, { logger, tls: undefined }),
  )
  const { host } = new URL(services.publicUrl)
  const owned = stack.move()
  return {
    scene,
    send: async (request) => {
      const answer = await routes.inject({
        remoteAddress: REMOTE_ADDRESS,
        ...request,
        headers: { host, ...request.headers },
        payloadAsStream: true,
      })
      const { statusCode, headers } = answer
      const isEndless = headers['content-type'] === 'text/event-stream'
      if (isEndless) answer.raw.res.destroy()
      const rawPayload = isEndless ? Buffer.alloc(0) : await buffer(answer.stream())
      return { statusCode, headers, rawPayload }
    },
    printRoutes: () => routes.printRoutes(),
    requireNoErrors: () => assert.deepEqual(errors, []),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** What a server remembers, to be compared with later. */
export const rememberState = async ({
  scene,
}: Service): Promise<{ readonly state: unknown; readonly audited: number }> => ({
  state: await stateOf(scene),
  audited: (await rowsOf(scene.db, 'audit')).filter(
    ({ remote_address }) => remote_address === REMOTE_ADDRESS,
  ).length,
})

const PKI_STATUS = '2.16.840.1.113733.1.9.3'

/**
 * An answer to a message that must not get anything: a client error, or a CertRep that says no.
 * `told` where it was a question that anybody may ask.
 */
export const readRefusal = (answer: Reply): 'refused' | 'told' => {
  const { statusCode, headers, rawPayload } = answer
  if (statusCode >= 400 && statusCode < 500) return 'refused'
  assert.equal(statusCode, 200, `status ${statusCode}`)
  const type = headers['content-type']
  if (type === 'text/plain' || type === 'application/x-x509-ca-ra-cert') return 'told'
  assert.equal(type, 'application/x-pki-message')
  assert.equal(pkiStatusOf(rawPayload), '2', 'a CertRep that is no failure')
  return 'refused'
}

const pkiStatusOf = (certRep: Uint8Array): string | undefined =>
  decodeSignedData(certRep).signerInfos[0]?.signedAttributes?.values.get(PKI_STATUS)?.[0]?.text()

/** The same for an answer that may also grant what `isKnown` recognises. */
export const readAnswer = (answer: Reply, isKnown: (body: Uint8Array) => boolean): Verdict => {
  const isGrant =
    answer.statusCode === 200 &&
    answer.headers['content-type'] === 'application/x-pki-message' &&
    pkiStatusOf(answer.rawPayload) === '0'
  if (!isGrant) return readRefusal(answer) === 'told' ? 'accepted' : 'refused'
  assert(isKnown(answer.rawPayload), 'a certificate that was not issued before')
  return 'accepted'
}
