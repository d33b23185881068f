import { hash } from 'node:crypto'
import type { AcmeClient } from '../../client/acme/index.ts'
import { ProtocolError, ServiceError } from '../../errors.ts'
import { type Certificate, findAuthorityKeyIdentifier } from '../../protocol/x509/index.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** How often the CA is asked when to renew, where it does not say; and the bounds of what it may say. */
const LOOK_MS = 6 * HOUR
const LEAST_LOOK_MS = HOUR
const MOST_LOOK_MS = 24 * HOUR

/** After failures: 1, 4, 16 minutes, then every hour; Let's Encrypt allows five failed validations in one. */
const FIRST_RETRY_MS = MINUTE
const MOST_RETRY_MS = HOUR

/** When to act, in milliseconds since 1970. */
export interface RenewalPlan {
  readonly renewAt: number
  /** When to ask the CA again. */
  readonly lookAt: number
}

/** When two thirds of its life are over. */
export const twoThirds = ({ notBefore, notAfter }: Certificate): number =>
  notBefore + Math.floor((2 * (notAfter - notBefore)) / 3)

/** When to renew a certificate: as its CA says (RFC 9773 §4.2), else when two thirds of its life are over. */
export const planRenewal = async (
  client: AcmeClient,
  certificate: Certificate,
  now: number,
): Promise<RenewalPlan> => {
  const fallback = twoThirds(certificate)
  const name = nameForRenewal(certificate)
  const plain = { renewAt: fallback, lookAt: now + LOOK_MS }
  if (name === undefined) return plain
  try {
    const window = await client.readRenewalWindow(name)
    if (window === undefined) return plain
    const { start, end, retryAfterMs = LOOK_MS } = window
    const lookAt = now + Math.min(Math.max(retryAfterMs, LEAST_LOOK_MS), MOST_LOOK_MS)
    return { renewAt: start + Math.floor(fractionOf(name) * (end - start)), lookAt }
  } catch (error) {
    // RFC 9773 §4.3: a CA that does not tell leaves it to the client.
    if (error instanceof ServiceError || error instanceof ProtocolError) return plain
    throw error
  }
}

/** The name of a certificate among renewals (RFC 9773 §4.1); undefined where it has none. */
export const nameForRenewal = ({ extensions, serialNumber }: Certificate): string | undefined => {
  const issuer = findAuthorityKeyIdentifier(extensions)
  if (issuer === undefined) return undefined
  const [first, second] = [issuer, serialNumber].map((part) =>
    Buffer.from(part).toString('base64url'),
  )
  return `${first}.${second}`
}

// RFC 9773 §4.2 asks for a random time; this one is the same on every server and after a restart.
const fractionOf = (name: string): number =>
  Number.parseInt(hash('sha256', name, 'hex').slice(0, 8), 16) / 2 ** 32

/** When to try again after so many failures in a row; not before the CA says, in seconds. */
export const retryAt = (now: number, failures: number, retryAfter: number | undefined): number => {
  const own = Math.min(FIRST_RETRY_MS * 4 ** (failures - 1), MOST_RETRY_MS)
  return now + Math.max(own, (retryAfter ?? 0) * 1000)
}
