import { type AcmeClient, type AcmeOrderState, problemError } from '../../client/acme/index.ts'
import { ProtocolError, ServiceError } from '../../errors.ts'
import { createSigner, makeKeyPair } from '../../keys/index.ts'
import { newId } from '../../model/index.ts'
import {
  encodeCertificateRequest,
  encodeCertificateRequestInfo,
  encodeName,
  subjectAltName,
} from '../../protocol/x509/index.ts'
import {
  type AcmeOrder,
  deleteAcmeOrder,
  findAcmeOrder,
  insertAcmeOrder,
} from '../../store/index.ts'
import { type GivenPair, openPair } from '../ca/index.ts'
import { authorize, createPause, type Step } from './authorize.ts'
import type { AcmeOptions } from './options.ts'
import { findFault, openKey, sealKey } from './pair.ts'

/** An order of ours, and what the CA says of it. */
interface Progress {
  readonly order: AcmeOrder
  readonly state: AcmeOrderState
}

/**
 * Brings the order that is under way, else a new one, to its certificate (RFC 8555 §7.4). What stops half-way goes on
 * with the next call, also in another process; an order that came to nothing is forgotten.
 * @throws ServiceError, ProtocolError as `AcmeClient`; `pair_…` for a certificate that nobody would accept
 */
export const obtainCertificate = async (
  step: Step,
  /** The certificate that is renewed, by its name in RFC 9773 §4.1. */
  replaces: string | undefined,
): Promise<{ readonly order: AcmeOrder; readonly pair: GivenPair }> => {
  const { options } = step
  const { order, state } = (await resume(step)) ?? (await begin(step, replaces))
  try {
    return { order, pair: await finish(step, { order, state }) }
  } catch (error) {
    if (isFinal(error)) await deleteAcmeOrder(options.db, order.id)
    throw error
  }
}

/** Whether asking again cannot help: the order failed, or what came of it is of no use. */
const isFinal = (error: unknown): boolean =>
  error instanceof ProtocolError ||
  (error instanceof ServiceError && !['unavailable', 'rate_limited'].includes(error.kind))

const resume = async ({ options, client }: Step): Promise<Progress | undefined> => {
  const order = await findAcmeOrder(options.db, options)
  if (order === undefined) return undefined
  try {
    const state = await client.readOrder(order.orderUrl)
    if (state.status !== 'invalid') return { order, state }
  } catch (error) {
    if (!isFinal(error)) throw error
  }
  await deleteAcmeOrder(options.db, order.id)
  return undefined
}

const begin = async (
  { options, client }: Step,
  replaces: string | undefined,
): Promise<Progress> => {
  const { db, directoryUrl, host, clock } = options
  const state = await orderAnew(client, host, replaces)
  const now = clock.now()
  const id = newId('acmeCertificate', now)
  const { privateKey: key } = await makeKeyPair('p-256')
  const sealedPrivateKey = sealKey(options, { id, key })
  const order = {
    ...{ id, directoryUrl, host, orderUrl: state.url },
    ...{ sealedPrivateKey, createdAt: now },
  }
  await insertAcmeOrder(db, order)
  return { order, state }
}

const orderAnew = async (
  client: AcmeClient,
  host: string,
  replaces: string | undefined,
): Promise<AcmeOrderState> => {
  try {
    return await client.newOrder(host, replaces)
  } catch (error) {
    // RFC 9773 §5: it was replaced already, or is not the CA's to replace.
    const isAboutReplaced =
      error instanceof ServiceError && ['conflict', 'not_found', 'invalid'].includes(error.kind)
    if (replaces === undefined || !isAboutReplaced) throw error
    return await client.newOrder(host, undefined)
  }
}

const finish = async (step: Step, { order, state }: Progress): Promise<GivenPair> => {
  const pause = createPause(step.signal)
  for (let current = state; ; ) {
    if (current.status === 'valid') return await collect(step, order, current)
    const next = await advance(step, order, current)
    if (next.status === current.status) await pause(next.retryAfterMs)
    current = next
  }
}

/** The order after the next thing that is to be done for it. */
const advance = async (
  step: Step,
  order: AcmeOrder,
  state: AcmeOrderState,
): Promise<AcmeOrderState> => {
  const { options, client } = step
  switch (state.status) {
    case 'pending':
      for (const url of state.authorizations) await authorize(step, url)
      return await client.readOrder(order.orderUrl)
    case 'ready':
      return await client.finalize(state, await encodeRequest(options, order))
    case 'processing':
    case 'valid':
      return await client.readOrder(order.orderUrl)
    case 'invalid': {
      const problem = state.error ?? { type: '', detail: 'the order came to nothing' }
      throw problemError(problem, { kind: 'invalid' })
    }
    default:
      return state.status satisfies never
  }
}

const collect = async (
  { options, client }: Step,
  order: AcmeOrder,
  { certificate }: AcmeOrderState,
): Promise<GivenPair> => {
  if (certificate === undefined) {
    throw new ProtocolError('acme_answer', 'a valid order has no certificate')
  }
  const pair = openPair(Buffer.from(await client.download(certificate)), openKey(options, order))
  const fault = findFault(options, pair)
  if (fault !== undefined) throw fault
  return pair
}

const encodeRequest = async (options: AcmeOptions, order: AcmeOrder): Promise<Uint8Array> => {
  const signer = createSigner(openKey(options, order))
  const info = encodeCertificateRequestInfo({
    subject: encodeName([]),
    publicKey: signer.publicKey,
    extensions: [subjectAltName([options.host])],
  })
  return encodeCertificateRequest(info, signer.algorithm, await signer.sign(info, 'sha256'))
}
