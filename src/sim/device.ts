import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import type { Identity } from '../protocol/cms/index.ts'
import type { DeviceAuthority } from './device-ca.ts'
import { issueDeviceIdentity } from './device-identity.ts'
import type { RsaKey } from './key.ts'
import { PERSONAS, type Persona } from './persona.ts'

/** A simulated device: what it says of itself, what it was born with, and how it behaves. */
export interface Device {
  readonly facts: DeviceFacts
  /** Stands in for the certificate that Apple puts into a device when it is made. */
  readonly identity: Identity
  readonly key: RsaKey
  /** An iPhone of today where nothing is said. */
  readonly persona?: Persona
}

export const personaOf = ({ persona }: Device): Persona => persona ?? PERSONAS.iphone

/** The device attributes that a device has, by the names of Apple's profile service. */
export interface DeviceFacts {
  readonly UDID: string
  readonly SERIAL: string
  readonly PRODUCT: string
  /** The build, e.g. `23B85`. */
  readonly VERSION: string
  readonly DEVICE_NAME: string
  readonly MAC_ADDRESS_EN0: string
  readonly IMEI?: string
  readonly MEID?: string
  readonly ICCID?: string
}

/** Makes a device with random but well-formed attributes where none are given, and its identity. */
export const createDevice = async (
  authority: DeviceAuthority,
  facts: Partial<DeviceFacts> = {},
  persona: Persona = PERSONAS.iphone,
): Promise<Device> => ({
  persona,
  facts: createFacts(facts, persona),
  ...(await issueDeviceIdentity(authority, persona.identityKeyBits)),
})

export const createFacts = (
  given: Partial<DeviceFacts>,
  persona: Persona = PERSONAS.iphone,
): DeviceFacts => ({
  UDID: createUdid(persona),
  SERIAL: serialNumber(persona.serialNumberLength),
  PRODUCT: persona.product,
  VERSION: persona.build,
  DEVICE_NAME: persona.deviceName,
  MAC_ADDRESS_EN0: macAddress(),
  ...(persona.isCellular ? modemFacts(given.IMEI) : {}),
  ...given,
})

const createUdid = ({ udid }: Persona): string => {
  switch (udid.kind) {
    case 'chip':
      return `${udid.chip}-${hex(8)}`
    case 'sha1':
      return hex(20).toLowerCase()
    case 'uuid':
      return randomUUID().toUpperCase()
  }
  return udid satisfies never
}

// 35… is what European bodies allocate; the last digit is a check digit (3GPP TS 23.003 §6.2.1).
const modemFacts = (imei = withLuhnDigit(`35${digits(12)}`)) => ({
  IMEI: imei,
  MEID: imei.slice(0, 14),
  // ITU-T E.118: 89 telecom, then country and issuer.
  ICCID: withLuhnDigit(`8949${digits(14)}`),
})

const SERIAL_ALPHABET = 'CDFGHJKLMNPQRTVWXY0123456789'

// Characters without those that are easily mistaken; ten of them, at random, since 2021.
const serialNumber = (length: number): string =>
  Array.from({ length }, () => SERIAL_ALPHABET[randomInt(SERIAL_ALPHABET.length)]).join('')

const hex = (bytes: number): string => randomBytes(bytes).toString('hex').toUpperCase()

const digits = (count: number): string =>
  Array.from({ length: count }, () => randomInt(10)).join('')

// A locally administered unicast address (IEEE 802 §8.4): nobody else's.
const macAddress = (): string => {
  const octets = randomBytes(6)
  octets[0] = ((octets[0] ?? 0) & 0xfc) | 0x02
  return octets.toString('hex').replaceAll(/..(?=.)/g, '$&:')
}

// ISO/IEC 7812-1 annex B.
const withLuhnDigit = (number: string): string => {
  let sum = 0
  for (const [index, digit] of [...number].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1)
    sum += value > 9 ? value - 9 : value
  }
  return `${number}${(10 - (sum % 10)) % 10}`
}
