import { expectAnswer } from './answer.ts'
import { describeCertificate, nameOf } from './facts.ts'
import type { IssuedIdentity } from './issued-identity.ts'
import { requestCertificate } from './pki-operation.ts'
import { chooseAuthority, type ScepAuthority } from './scep-authority.ts'
import { chooseByCapabilities, parseCapabilities } from './scep-capabilities.ts'
import type { ScepInstruction, ScepPurpose } from './scep-payload.ts'
import { scepUrl } from './scep-url.ts'
import { type Session, takeStep } from './session.ts'
import type { HttpRequest } from './transport.ts'

/** Gets a certificate as the payload says: GetCACert, GetCACaps, PKIOperation, in the order of iOS. */
export const enrollCertificate = async (
  session: Session,
  instruction: ScepInstruction,
  purpose: ScepPurpose,
): Promise<IssuedIdentity> => {
  const authority = await fetchAuthority(session, instruction, purpose)
  const capabilities =
    instruction.capabilities ?? (await fetchCapabilities(session, instruction, purpose))
  const choice = chooseByCapabilities(capabilities)
  return await requestCertificate(session, { instruction, authority, choice, purpose })
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

/** Asks GetCACaps. */
export const fetchCapabilities = (
  session: Session,
  instruction: ScepInstruction,
  purpose: ScepPurpose,
): Promise<readonly string[]> =>
  takeStep(session, { step: 'get_ca_caps', title: 'Ask what the CA can do' }, async (send) => {
    const answer = await send('getcacaps', get(instruction, 'GetCACaps'))
    const capabilities = parseCapabilities(expectAnswer(answer))
    const detail = { purpose, capabilities, ...chooseByCapabilities(capabilities) }
    return { value: capabilities, summary: capabilities.join(', '), detail }
  })

const get = ({ url, name }: ScepInstruction, operation: 'GetCACert' | 'GetCACaps'): HttpRequest => {
  const message = name === undefined ? '' : `&message=${encodeURIComponent(name)}`
  return { method: 'GET', url: scepUrl(url, `operation=${operation}${message}`) }
}
