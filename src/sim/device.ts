import { randomBytes, randomInt } from 'node:crypto'
import type { Identity } from '../protocol/cms/index.ts'
import type { DeviceAuthority } from './device-ca.ts'
import { issueDeviceIdentity } from './device-identity.ts'
import type { RsaKey } from './key.ts'

/** A simulated iPhone: what it says of itself and what it was born with. */
export interface Device {
  readonly facts: DeviceFacts
  /** Stands in for the certificate that Apple puts into a device when it is made. */
  readonly identity: Identity
  readonly key: RsaKey
}

/** The device attributes an iPhone answers with, by the names of Apple's profile service. */
export interface DeviceFacts {
  readonly UDID: string
  readonly SERIAL: string
  readonly PRODUCT: string
  /** The build, e.g. `23B85`. */
  readonly VERSION: string
  readonly DEVICE_NAME: string
  readonly IMEI: string
  readonly MEID: string
  readonly ICCID: string
  readonly MAC_ADDRESS_EN0: string
}

/** Makes a device with random but well-formed attributes where none are given, and its identity. */
export const createDevice = async (
  authority: DeviceAuthority,
  facts: Partial<DeviceFacts> = {},
): Promise<Device> => ({
  facts: createFacts(facts),
  ...(await issueDeviceIdentity(authority)),
})

export const createFacts = (given: Partial<DeviceFacts>): DeviceFacts => {
  // 35… is what European bodies allocate; the last digit is a check digit (3GPP TS 23.003 §6.2.1).
  const imei = given.IMEI ?? withLuhnDigit(`35${digits(12)}`)
  return {
    // Chip identifier of the A16, then the chip's own number.
    UDID: `00008120-${hex(8)}`,
    SERIAL: serialNumber(),
    PRODUCT: 'iPhone15,2',
    VERSION: '23B85',
    DEVICE_NAME: 'iPhone',
    IMEI: imei,
    MEID: imei.slice(0, 14),
    // ITU-T E.118: 89 telecom, then country and issuer.
    ICCID: withLuhnDigit(`8949${digits(14)}`),
    MAC_ADDRESS_EN0: macAddress(),
    ...given,
  }
}

const SERIAL_ALPHABET = 'CDFGHJKLMNPQRTVWXY0123456789'

// Since 2021 ten random characters without those that are easily mistaken.
const serialNumber = (): string =>
  Array.from({ length: 10 }, () => SERIAL_ALPHABET[randomInt(SERIAL_ALPHABET.length)]).join('')

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
