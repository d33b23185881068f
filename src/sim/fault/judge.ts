import { decodeSignedData } from '../../protocol/cms/index.ts'
import { findPrintable } from '../../protocol/scep/index.ts'
import { type Session, takeStep } from '../session.ts'
import { refuse, SimError } from '../sim-error.ts'
import type { HttpAnswer } from '../transport.ts'
import type { Draft } from './draft.ts'

interface Expectation {
  /** Only a CertRep will do: the request can be read, and anything else tells a device nothing. */
  readonly needsReply?: boolean
  /** Hanging up will do: on what is too large to be read to its end. */
  readonly mayHangUp?: boolean
}

/**
 * Sends a message that must be refused: by a status from 400 to 499 other than 401, which unenrolls devices
 * elsewhere, or by a CertRep that says FAILURE; and with nothing that a device could use.
 * @throws SimError `fault_…`; ProtocolError
 */
export const expectRefusal = (
  session: Session,
  draft: Draft,
  message: Uint8Array,
  { needsReply = false, mayHangUp = false }: Expectation = {},
): Promise<void> => {
  const { name, step, request } = draft
  return takeStep(session, { step, title: `Wrong message in ${name}` }, async (send) => {
    try {
      const answer = await send('fault', request(message), { attempts: 1, after: [] })
      const verdict = needsReply ? judgeReply(draft, answer) : judge(name, answer)
      const { status } = answer
      return { value: undefined, summary: `refused with ${verdict}`, detail: { status } }
    } catch (error) {
      if (!mayHangUp || !(error instanceof SimError) || error.kind !== 'unreachable') throw error
      return { value: undefined, summary: 'the server hung up', detail: {} }
    }
  })
}

/** @throws SimError `fault_server_error` */
export const expectNoServerError = (name: string, { status }: HttpAnswer): void => {
  if (status >= 500) {
    throw refuse('fault_server_error', `${name} was answered ${status}`, { status })
  }
}

const judgeReply = ({ name, readReply }: Draft, answer: HttpAnswer): string => {
  expectNoServerError(name, answer)
  const { status } = answer
  if (status !== 200 || readReply === undefined) {
    throw refuse('fault_no_reply', `${name} was answered ${status} without a CertRep`, { status })
  }
  const reply = readReply(answer)
  if (reply.kind === 'failure') return `CertRep ${reply.failInfo}`
  throw refuse('fault_not_refused', `${name} was answered with a CertRep of ${reply.kind}`)
}

const SEQUENCE = 0x30

const judge = (name: string, answer: HttpAnswer): string => {
  expectNoServerError(name, answer)
  const { status, body } = answer
  if (isFailure(answer)) return 'CertRep FAILURE'
  if (status < 400) {
    throw refuse('fault_not_refused', `${name} was answered ${status}`, { status })
  }
  if (status === 401) {
    throw refuse('fault_unauthorized', `${name} was answered 401`, { status })
  }
  // Profiles, certificates and answers of SCEP begin like this, refusals do not.
  if (body[0] === SEQUENCE) {
    throw refuse('fault_not_refused', `${name} was answered ${status}, with a message in it`)
  }
  return String(status)
}

/** Whether the answer is a refusal of which nothing more is asked. */
export const isRefusal = (answer: HttpAnswer): boolean => {
  const { status } = answer
  return isFailure(answer) || (status >= 400 && status < 500 && status !== 401)
}

// RFC 8894 §3.2.1.3. Whether it names our transaction does not count: what was sent may name none.
const isFailure = ({ status, mediaType, body }: HttpAnswer): boolean => {
  if (status !== 200 || mediaType !== 'application/x-pki-message') return false
  const attributes = decodeSignedData(body).signerInfos[0]?.signedAttributes
  return attributes !== undefined && findPrintable(attributes.values, 'pkiStatus') === '2'
}
