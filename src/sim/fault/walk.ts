import type { PlistDict } from '../../protocol/plist/index.ts'
import { type Device, personaOf } from '../device.ts'
import { enrollUrl } from '../enroll.ts'
import type { IssuedIdentity } from '../issued-identity.ts'
import { generateRsaKey, type RsaKey } from '../key.ts'
import { type Account, fetchProfileService, type ProfileService } from '../phase1.ts'
import { identify } from '../phase2.ts'
import { decryptConfiguration, fetchConfiguration } from '../phase3.ts'
import { fetchAuthority, fetchCapabilities } from '../scep.ts'
import type { ScepAuthority } from '../scep-authority.ts'
import { chooseByCapabilities, type ScepChoice } from '../scep-capabilities.ts'
import type { ScepInstruction } from '../scep-payload.ts'
import type { ScepSigner } from '../scep-signer.ts'
import type { Session } from '../session.ts'
import type { KitOptions } from './kit.ts'
import { Line } from './line.ts'
import { requestIdentity } from './pkcs-req.ts'

/**
 * An honest enrollment that goes exactly as far as it is asked to. Each function does what comes before it, and
 * itself, once; what failed is done again when it is asked for again.
 */
export interface Walk extends Disposable {
  readonly session: Session
  readonly line: Line
  /** What the device writes into its messages as the time. */
  readonly signingTime: () => number
  /** Phase 1. */
  readonly service: () => Promise<ProfileService>
  /** Phase 2. */
  readonly instruction: () => Promise<ScepInstruction>
  readonly authority: () => Promise<ScepAuthority>
  readonly choice: () => Promise<ScepChoice>
  /** The key to be certified. */
  readonly key: () => Promise<RsaKey>
  /** What signs requests to the CA. */
  readonly scepSigner: () => Promise<ScepSigner>
  readonly identity: () => Promise<IssuedIdentity>
  /** Phase 3: the final profile, opened; undefined where the server sends the device back to the beginning. */
  readonly configuration: () => Promise<PlistDict | undefined>
}

export interface WalkOptions extends KitOptions {
  readonly account: Account
  readonly device: Device
  /** By how much the time in the device's messages is wrong, in milliseconds. */
  readonly skew: number
  readonly makeScepSigner: (time: number) => Promise<ScepSigner>
}

export const beginWalk = (options: WalkOptions): Walk => {
  const { url, account, device, roots, timeoutMs = 10_000, signal, now = Date.now } = options
  const line = new Line({ roots, timeoutMs, signal })
  const { onStep } = options
  const session: Session = { device, transport: line, roots, now, archive: undefined, onStep }
  const signingTime = (): number => now() + options.skew
  const service = once(() => fetchProfileService(session, enrollUrl(url), account))
  const instruction = once(async () => await identify(session, await service()))
  const authority = once(async () => await fetchAuthority(session, await instruction(), 'ota'))
  const choice = once(async () =>
    chooseByCapabilities(
      await fetchCapabilities(session, await instruction(), 'ota'),
      personaOf(device).scep,
    ),
  )
  const key = once(async () => await generateRsaKey((await instruction()).keySize))
  const scepSigner = once(() => options.makeScepSigner(signingTime()))
  const certified = { session, instruction, authority, choice, key, scepSigner }
  const identity = once(() => requestIdentity(certified))
  const configuration = once(async () => {
    const issued = await identity()
    const answer = await fetchConfiguration(session, await service(), issued)
    if (answer.kind === 'redirected') return undefined
    return (await decryptConfiguration(session, answer.profile, issued)).profile
  })
  return {
    ...certified,
    line,
    signingTime,
    service,
    identity,
    configuration,
    [Symbol.dispose]: () => line[Symbol.dispose](),
  }
}

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined
  return async () => {
    made ??= make()
    try {
      return await made
    } catch (error) {
      made = undefined
      throw error
    }
  }
}
