import {
  decodeEnvelopedData,
  type EnvelopedData,
  openEnvelopedData,
} from '../protocol/cms/index.ts'
import {
  expectDict,
  getArray,
  getData,
  type PlistDict,
  parsePlist,
} from '../protocol/plist/index.ts'
import { lintPayloads } from '../protocol/profile/index.ts'
import type { Certificate } from '../protocol/x509/index.ts'
import type { IssuedIdentity } from './issued-identity.ts'
import type { Persona } from './persona.ts'
import { refuseFaults } from './signed-profile.ts'
import { refuse } from './sim-error.ts'

/** The final profile with its payloads in the clear, and how they came. */
export interface OpenedProfile {
  readonly profile: PlistDict
  readonly payloads: readonly PlistDict[]
  readonly cipher: EnvelopedData['cipher']
}

/**
 * Opens `EncryptedPayloadContent` with the identity of phase 3: the envelope must be for it alone, and hold the
 * payload array, not a profile. `ciphers` are those that the device knows.
 * @throws SimError `profile_…`, `envelope_…`, `payload_…`; ProtocolError
 */
export const openEncryptedProfile = (
  profile: PlistDict,
  { identity, key }: IssuedIdentity,
  ciphers: Persona['profileCiphers'],
): OpenedProfile => {
  const bytes = getData(profile, 'EncryptedPayloadContent')
  if (bytes === undefined) {
    throw refuse('profile_not_encrypted', 'the profile has no EncryptedPayloadContent')
  }
  if (getArray(profile, 'PayloadContent') !== undefined) {
    throw refuse('profile_also_in_clear', 'the profile has payloads outside the envelope')
  }
  const envelope = decodeEnvelopedData(bytes)
  expectOnlyRecipient(envelope, identity.certificate)
  if (!ciphers.includes(envelope.cipher)) {
    throw refuse('envelope_algorithm', `the device does not know ${envelope.cipher}`)
  }
  const { certificate } = identity
  const content = openEnvelopedData(envelope, { certificate, decrypter: key.decrypter })
  const array = parsePlist(content)
  if (!Array.isArray(array)) {
    throw refuse('envelope_not_array', 'what is encrypted is not the array of payloads')
  }
  const payloads: readonly PlistDict[] = array.map(expectDict)
  refuseFaults(lintPayloads(payloads, profile))
  const opened = [...profile].filter(
    ([name]) => name !== 'EncryptedPayloadContent' && name !== 'IsEncrypted',
  )
  return {
    profile: new Map([...opened, ['PayloadContent', payloads]]),
    payloads,
    cipher: envelope.cipher,
  }
}

// A device knows nothing better than PKCS#1 v1.5 here.
const expectOnlyRecipient = (envelope: EnvelopedData, certificate: Certificate): void => {
  const [recipient, ...more] = envelope.recipients
  if (recipient === undefined || more.length + envelope.otherRecipients > 0) {
    throw refuse('envelope_recipient_count', 'the envelope is not for exactly one recipient')
  }
  const { rid, transport } = recipient
  const isOurs =
    rid.kind === 'issuer-and-serial-number' &&
    Buffer.compare(rid.name.issuer, certificate.issuer) === 0 &&
    Buffer.compare(rid.name.serialNumber, certificate.serialNumber) === 0
  if (!isOurs) throw refuse('envelope_recipient', 'the envelope names another certificate')
  if (transport !== 'rsaes-pkcs1-v1_5') {
    throw refuse('envelope_algorithm', 'the envelope uses an algorithm that devices do not know')
  }
}
