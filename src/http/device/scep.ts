import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ProtocolError } from '../../errors.ts'
import {
  decodeIdentifier,
  decodeMessage,
  formatCapabilities,
  parseScepQuery,
  type ScepQuery,
} from '../../protocol/scep/index.ts'
import type { AuditService } from '../../service/audit/index.ts'
import type { ScepService } from '../../service/ca/index.ts'
import { bodyOf, originOf, rawQueryOf } from '../request.ts'
import { answerWithText } from './refusal.ts'

/** Our own path and those that Cisco's and Microsoft's clients know; some append `/pkiclient.exe`. */
const PATHS = [
  '/scep',
  '/scep/*',
  '/cgi-bin/pkiclient.exe',
  '/cgi-bin/pkiclient.exe/*',
  '/certsrv/mscep/*',
] as const

/** SCEP over HTTP (RFC 8894 §4). What can be addressed is answered 200 with a CertRep. */
export const scepRoutes =
  (scep: ScepService, audit: AuditService) =>
  async (server: FastifyInstance): Promise<void> => {
    answerWithText(server, { audit, action: 'scep', isRecorded: () => false })
    server.addHook('onRequest', async (request) => {
      // sscep and strongSwan send no type, others a wrong one.
      request.raw.headers['content-type'] = 'application/x-pki-message'
    })
    const handle = (request: FastifyRequest, reply: FastifyReply) => answer(scep, request, reply)
    for (const path of PATHS) {
      server.get(path, { exposeHeadRoute: false }, handle)
      server.post(path, handle)
    }
  }

const answer = async (
  scep: ScepService,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const method = request.method === 'POST' ? 'POST' : 'GET'
  const query = parseScepQuery(rawQueryOf(request), method)
  const origin = originOf(request)
  const { operation } = query
  switch (operation) {
    case 'GetCACaps':
      await scep.noteQuestion('get_ca_caps', decodeIdentifier(query.message), origin)
      // Bytes: for text Fastify would add a charset, which some clients do not expect.
      return await reply.type('text/plain').send(Buffer.from(formatCapabilities()))
    case 'GetCACert': {
      await scep.noteQuestion('get_ca_cert', decodeIdentifier(query.message), origin)
      const { kind, bytes } = scep.caCertificates()
      const type =
        kind === 'single' ? 'application/x-x509-ca-cert' : 'application/x-x509-ca-ra-cert'
      return await reply.type(type).send(bytes)
    }
    case 'PKIOperation': {
      const message = readMessage(request, query, method)
      const { bytes } = await scep.answer(message, origin)
      return await reply.type('application/x-pki-message').send(bytes)
    }
    case 'unknown':
      throw new ProtocolError('scep_operation', 'this operation is not offered')
    default:
      return operation satisfies never
  }
}

const readMessage = (
  request: FastifyRequest,
  query: ScepQuery,
  method: 'GET' | 'POST',
): Uint8Array => {
  const message = method === 'POST' ? bodyOf(request) : decodeMessage(query.message ?? '')
  if (message.length === 0) {
    // macOS posts nothing when it could not build the envelope for the CA's certificates.
    throw new ProtocolError('scep_empty', 'the message is empty')
  }
  return message
}
