import { expectAnswer } from './answer.ts'
import { personaOf } from './device.ts'
import { describeCertificate, nameOf } from './facts.ts'
import type { IssuedIdentity } from './issued-identity.ts'
import { generateRsaKey, type RsaKey } from './key.ts'
import type { ScepHabits } from './persona.ts'
import { requestCertificate } from './pki-operation.ts'
import { chooseAuthority, type ScepAuthority } from './scep-authority.ts'
import { chooseByCapabilities, parseCapabilities } from './scep-capabilities.ts'
import type { ScepInstruction, ScepPurpose } from './scep-payload.ts'
import { scepUrl } from './scep-url.ts'
import { type Send, type Session, takeStep } from './session.ts'
import { SimError } from './sim-error.ts'
import type { HttpAnswer, HttpRequest } from './transport.ts'

/**
 * Gets a certificate as the payload says: GetCACert, GetCACaps, PKIOperation, in the order of iOS and as often as the
 * persona goes through them, each time with the same key. What it has in the end is what came last.
 */
export const enrollCertificate = async (
  session: Session,
  instruction: ScepInstruction,
  purpose: ScepPurpose,
): Promise<IssuedIdentity> => {
  const habits = personaOf(session.device).scep
  const run = async (made?: RsaKey): Promise<IssuedIdentity> => {
    const authority = await fetchAuthority(session, instruction, purpose)
    const capabilities =
      instruction.capabilities ?? (await fetchCapabilities(session, instruction, purpose))
    const choice = chooseByCapabilities(capabilities, habits)
    const key = made ?? (await generateRsaKey(Math.min(instruction.keySize, habits.largestKey)))
    return await requestCertificate(session, { key, instruction, authority, choice, purpose })
  }
  let issued = await run()
  for (let i = 1; i < habits.runs; i++) issued = await run(issued.key)
  return issued
}

/** Asks GetCACert. */
export const fetchAuthority = (
  session: Session,
  instruction: ScepInstruction,
  purpose: ScepPurpose,
): Promise<ScepAuthority> =>
  takeStep(session, { step: 'get_ca_cert', title: 'Ask who the CA is' }, async (send) => {
    const answer = await send('getcacert', get(instruction, 'GetCACert'))
    const { caFingerprint: fingerprint } = instruction
    const authority = chooseAuthority(answer, { fingerprint, at: session.now() })
    const { ca, recipient } = authority
    const ra = ca === recipient ? '' : `, requests go to ${nameOf(recipient.subject)}`
    return {
      value: authority,
      summary: `${nameOf(ca.subject)} issues${ra}`,
      detail: {
        purpose,
        ca: describeCertificate(ca),
        recipient: describeCertificate(recipient),
        isFingerprintChecked: fingerprint !== undefined,
      },
    }
  })

/** Asks GetCACaps. Nothing is in the list where nobody answers and the device goes on without. */
export const fetchCapabilities = (
  session: Session,
  instruction: ScepInstruction,
  purpose: ScepPurpose,
): Promise<readonly string[]> =>
  takeStep(session, { step: 'get_ca_caps', title: 'Ask what the CA can do' }, async (send) => {
    const habits = personaOf(session.device).scep
    const answer = await askPatiently(send, get(instruction, 'GetCACaps'), habits)
    const capabilities = answer === undefined ? [] : parseCapabilities(expectAnswer(answer))
    return {
      value: capabilities,
      summary: capabilities.join(', ') || 'nothing; the oldest algorithms will do',
      detail: { purpose, capabilities, ...chooseByCapabilities(capabilities, habits) },
    }
  })

const askPatiently = async (
  send: Send,
  question: HttpRequest,
  { capabilityQuestions: attempts, withoutCapabilities }: ScepHabits,
): Promise<HttpAnswer | undefined> => {
  try {
    return await send('getcacaps', question, { attempts, after: UNANSWERED })
  } catch (error) {
    const isUnanswered = error instanceof SimError && UNANSWERED.includes(error.code)
    if (isUnanswered && withoutCapabilities === 'defaults') return undefined
    throw error
  }
}

const UNANSWERED: readonly string[] = ['connection_lost', 'timed_out']

const get = ({ url, name }: ScepInstruction, operation: 'GetCACert' | 'GetCACaps'): HttpRequest => {
  const message = name === undefined ? '' : `&message=${encodeURIComponent(name)}`
  return { method: 'GET', url: scepUrl(url, `operation=${operation}${message}`) }
}
