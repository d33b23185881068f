import { formatPlist, type PlistDict } from '../protocol/plist/index.ts'
import type { Certificate } from '../protocol/x509/index.ts'
import { formatCertificatePem } from '../protocol/x509/index.ts'
import { Archive } from './archive.ts'
import type { Device } from './device.ts'
import type { IssuedIdentity } from './issued-identity.ts'
import type { Configured, Redirected, SimOutcome } from './outcome.ts'
import { type Account, fetchProfileService, type ProfileService } from './phase1.ts'
import { identify } from './phase2.ts'
import { decryptConfiguration, fetchConfiguration } from './phase3.ts'
import { enrollCertificate } from './scep.ts'
import { decodeScepPayload, isScepPayload } from './scep-payload.ts'
import type { Session } from './session.ts'
import { toSimError } from './sim-error.ts'
import type { SimStep } from './step.ts'
import { Transport } from './transport.ts'

export interface SimOptions {
  readonly device: Device
  /** The roots that the device trusts, for TLS and for the signer of profiles. */
  readonly roots: readonly Certificate[]
  /** Called when a step is done, also for the one that stops the device. */
  readonly onStep?: (step: SimStep) => void
  /** Keeps every message, certificate and key in this directory. */
  readonly out?: string
  /** For one exchange; 10,000 where it is not given. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** The device's clock: milliseconds since 1970. */
  readonly now?: () => number
}

export interface EnrollOptions extends SimOptions {
  /** The portal, whose `/enroll` is asked, or with a path the address of the profile itself. */
  readonly url: string
  readonly account: Account
}

/**
 * Walks a device through phases 1 to 3 against any server, and then through SCEP for every certificate that the
 * final profile asks for. It stops where a device would; that is an outcome.
 * @throws the signal's reason when aborted, and errors of the file system
 */
export const enroll = async (options: EnrollOptions): Promise<SimOutcome> =>
  await withSession(options, async (session) => {
    const service = await fetchProfileService(session, enrollUrl(options.url), options.account)
    const instruction = await identify(session, service)
    const identity = await enrollCertificate(session, instruction, 'ota')
    await keepIdentity(session, 'ota', identity)
    return await configure(session, service, identity)
  })

/** Phase 3 once more, as a device that was configured before comes back for what is current. */
export const reconfigure = async (
  options: SimOptions,
  { service, identity }: Pick<Configured, 'service' | 'identity'>,
): Promise<SimOutcome> =>
  await withSession(options, (session) => configure(session, service, identity))

/** Where phase 1 begins. */
export const enrollUrl = (text: string): URL => {
  const url = new URL(text)
  return url.pathname === '/' ? new URL('/enroll', url) : url
}

const withSession = async (
  options: SimOptions,
  work: (session: Session) => Promise<SimOutcome>,
): Promise<SimOutcome> => {
  const { device, roots, out, timeoutMs = 10_000, signal, now = Date.now, onStep } = options
  using transport = new Transport({ roots, timeoutMs, signal })
  const archive = out === undefined ? undefined : await Archive.open(out)
  const session = { device, transport, roots, now, archive, onStep }
  try {
    await keepIdentity(session, 'device', device)
    return await work(session)
  } catch (error) {
    const stop = toSimError(error)
    if (stop === undefined) throw error
    const { kind: reason, code, message, detail, step } = stop
    return { kind: 'failed', step, reason, code, message, detail }
  }
}

const configure = async (
  session: Session,
  service: ProfileService,
  identity: IssuedIdentity,
): Promise<Configured | Redirected> => {
  const answer = await fetchConfiguration(session, service, identity)
  if (answer.kind === 'redirected') return answer
  const { profile, payloads } = await decryptConfiguration(session, answer.profile, identity)
  await session.archive?.write('final.decrypted.plist', formatPlist(profile))
  const serviceIdentities = await enrollServices(session, payloads)
  return { kind: 'configured', profile, service, identity, serviceIdentities }
}

const enrollServices = async (
  session: Session,
  payloads: readonly PlistDict[],
): Promise<readonly IssuedIdentity[]> => {
  const identities: IssuedIdentity[] = []
  for (const payload of payloads.filter(isScepPayload)) {
    const issued = await enrollCertificate(session, decodeScepPayload(payload), 'service')
    identities.push(issued)
    await keepIdentity(session, `service-${identities.length}`, issued)
  }
  return identities
}

const keepIdentity = async (
  { archive }: Session,
  name: string,
  { identity, key }: IssuedIdentity,
): Promise<void> => {
  await archive?.write(`${name}.cert.pem`, formatCertificatePem(identity.certificate))
  await archive?.write(`${name}.key.pem`, key.toPem())
}
