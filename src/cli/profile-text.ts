import { decodeEnvelopedData } from '../protocol/cms/index.ts'
import {
  expectDict,
  getArray,
  getData,
  getString,
  type PlistDict,
} from '../protocol/plist/index.ts'
import { describeCertificate, describePayload } from '../sim/index.ts'
import type { ProfileFile, Signature } from './profile-file.ts'
import { toOneLine } from './terminal.ts'

/** What a profile says of itself, in values that can be written as JSON; no value of a payload is in it. */
export type ProfileFacts = ReturnType<typeof describeProfile>

export const describeProfile = ({ profile, signature }: ProfileFile) => ({
  ...describePayload(profile),
  organization: getString(profile, 'PayloadOrganization') ?? null,
  signature: signature === undefined ? null : describeSignature(signature),
  encryption: describeEncryption(profile),
  payloads: findPayloads(profile).map(describePayload),
})

const describeSignature = (signature: Signature) =>
  signature.kind === 'bad'
    ? { isGood: false, code: signature.code, hash: null, signer: null }
    : {
        isGood: true,
        code: null,
        hash: signature.hash,
        signer: describeCertificate(signature.signer),
      }

const describeEncryption = (profile: PlistDict) => {
  const bytes = getData(profile, 'EncryptedPayloadContent')
  if (bytes === undefined) return null
  const { cipher, recipients, otherRecipients } = decodeEnvelopedData(bytes)
  return { cipher, recipients: recipients.length + otherRecipients }
}

// In a Profile Service PayloadContent is a dict: what is asked of the device.
const findPayloads = (profile: PlistDict): readonly PlistDict[] =>
  Array.isArray(profile.get('PayloadContent'))
    ? (getArray(profile, 'PayloadContent') ?? []).map(expectDict)
    : []

/** The same for people. */
export const formatProfile = (facts: ProfileFacts): string => {
  const { type, identifier, uuid, displayName, organization, signature, encryption } = facts
  const lines = [
    ['type', type],
    ['identifier', identifier],
    ['UUID', uuid],
    ['name', displayName],
    ['organization', organization],
    ['signature', formatSignature(signature)],
    ['encryption', encryption && `${encryption.cipher}, for ${encryption.recipients} recipient(s)`],
    ...facts.payloads.map((payload) => [
      'payload',
      `${payload.type} ${payload.displayName ?? payload.identifier}`,
    ]),
  ]
  return lines
    .map(([name, value]) => `${(name ?? '').padEnd(13)} ${toOneLine(value ?? 'none')}`)
    .join('\n')
}

const formatSignature = (signature: ProfileFacts['signature']): string | null => {
  if (signature === null) return null
  return signature.isGood
    ? `good, by ${signature.signer?.subject} (${signature.hash})`
    : `NOT GOOD (${signature.code})`
}
