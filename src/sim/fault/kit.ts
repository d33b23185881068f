import type { Identity } from '../../protocol/cms/index.ts'
import type { PlistDict } from '../../protocol/plist/index.ts'
import { encodeName, keyUsage } from '../../protocol/x509/index.ts'
import { createDevice, type Device } from '../device.ts'
import type { DeviceAuthority } from '../device-ca.ts'
import type { EnrollOptions } from '../enroll.ts'
import { issueCertificate, randomSerialNumber } from '../issue.ts'
import { generateRsaKey, type RsaKey } from '../key.ts'
import type { Account } from '../phase1.ts'
import { createScepSigner, type ScepSigner } from '../scep-signer.ts'
import { refuse } from '../sim-error.ts'
import { NotApplicable } from './fault.ts'
import { beginWalk, type Walk } from './walk.ts'

/** A server, and what whoever examines it has. */
export interface KitOptions extends Omit<EnrollOptions, 'out'> {
  /** Who else may enroll devices. */
  readonly secondAccount?: Account
  /** The CA of the device: makes further devices, and what only a CA can make. */
  readonly authority?: DeviceAuthority
  /** Lets so much time pass that every challenge given out before has expired. */
  readonly expire?: () => Promise<void>
}

interface WalkChoices {
  readonly account?: Account
  readonly device?: Device
  /** By how much the time in the device's messages is wrong, in milliseconds. */
  readonly skew?: number
}

/** Plays devices for faults. What is costly to make and the same for all faults is made once. */
export class Kit {
  readonly #options: KitOptions
  #otherDevice: Promise<Device> | undefined
  #stranger: Promise<Stranger> | undefined
  #scepSigner: Promise<ScepSigner> | undefined

  constructor(options: KitOptions) {
    this.#options = options
  }

  get device(): Device {
    return this.#options.device
  }

  /** An honest enrollment, not begun yet. */
  begin(choices: WalkChoices = {}): Walk {
    const { skew = 0 } = choices
    const makeScepSigner = async (time: number): Promise<ScepSigner> => {
      if (skew !== 0) return await createScepSigner(time)
      this.#scepSigner ??= createScepSigner(time)
      return await this.#scepSigner
    }
    return beginWalk({ ...this.#options, ...choices, skew, makeScepSigner })
  }

  /** @throws NotApplicable */
  async otherDevice(): Promise<Device> {
    const authority = this.deviceAuthority()
    this.#otherDevice ??= createDevice(authority, { PRODUCT: this.device.facts.PRODUCT })
    return await this.#otherDevice
  }

  /** @throws NotApplicable */
  deviceAuthority(): DeviceAuthority {
    const { authority } = this.#options
    if (authority !== undefined) return authority
    throw new NotApplicable('it needs the CA of the devices, to make another one')
  }

  /** @throws NotApplicable */
  secondAccount(): Account {
    const { secondAccount } = this.#options
    if (secondAccount !== undefined) return secondAccount
    throw new NotApplicable('it needs a second account')
  }

  /** @throws NotApplicable */
  async expire(): Promise<void> {
    const { expire } = this.#options
    if (expire === undefined) {
      throw new NotApplicable(
        "it needs time to pass: more than the life of the server's challenges",
      )
    }
    await expire()
  }

  /**
   * Goes on to the end as an honest device does. Where the server sends it back to the beginning, because the
   * profile was given out already, that is one more enrollment.
   */
  async finish(walk: Walk): Promise<PlistDict> {
    const profile = await walk.configuration()
    if (profile !== undefined) return profile
    using anew = this.begin()
    const second = await anew.configuration()
    if (second !== undefined) return second
    throw refuse('fault_redirected', 'the server answers phase 3 with redirects alone')
  }

  /** Somebody whom nobody knows; the same one each time. */
  async stranger(): Promise<Stranger> {
    this.#stranger ??= makeStranger()
    return await this.#stranger
  }
}

/** A key, and a certificate that nobody has signed but its holder. */
interface Stranger {
  readonly identity: Identity
  readonly key: RsaKey
}

const A_YEAR = 365 * 86_400_000

const makeStranger = async (): Promise<Stranger> => {
  const key = await generateRsaKey(2048)
  const name = encodeName([[['CN', 'Stranger']]])
  const now = Date.now()
  const certificate = await issueCertificate(
    {
      serialNumber: randomSerialNumber(),
      issuer: name,
      subject: name,
      notBefore: now - A_YEAR,
      notAfter: now + A_YEAR,
      publicKey: key.publicKey,
      extensions: [keyUsage('digitalSignature', 'keyEncipherment')],
    },
    key.signer,
  )
  return { key, identity: { signer: key.signer, certificate, chain: [] } }
}
