import { type Identity, signData } from '../protocol/cms/index.ts'
import { formatPlist } from '../protocol/plist/index.ts'
import type { DeviceFacts } from './device.ts'
import type { ProfileService } from './phase1.ts'
import type { Session } from './session.ts'
import type { HttpRequest } from './transport.ts'

/**
 * What the device sends in phases 2 and 3: the attributes that were asked for, signed with signed attributes as
 * iOS does. In phase 2 it signs as what it is and repeats the challenge, in phase 3 with the certificate it got.
 */
export const deviceResponse = async (
  { device, now }: Session,
  { url, deviceAttributes }: ProfileService,
  { identity, challenge }: { readonly identity: Identity; readonly challenge?: string | undefined },
): Promise<HttpRequest> => {
  const attributes = new Map<string, string>()
  if (challenge !== undefined) attributes.set('CHALLENGE', challenge)
  for (const [name, value] of answerAttributes(device.facts, deviceAttributes)) {
    attributes.set(name, value)
  }
  const body = await signData({
    content: formatPlist(attributes),
    identity,
    hash: 'sha256',
    signingTime: now(),
  })
  const headers = { 'content-type': 'application/pkcs7-signature' }
  return { method: 'POST', url, headers, body }
}

/** Names and values of what an iPhone knows of what it is asked for; what it does not know it leaves out. */
export const answerAttributes = (
  facts: DeviceFacts,
  requested: readonly string[],
): readonly (readonly [name: string, value: string])[] =>
  Object.entries(facts).filter(([name]) => requested.includes(name))
