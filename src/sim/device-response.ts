import { type Identity, signData } from '../protocol/cms/index.ts'
import { formatPlist } from '../protocol/plist/index.ts'
import { signBare } from './bare-message.ts'
import { type Device, personaOf } from './device.ts'
import type { ProfileService } from './phase1.ts'
import type { Session } from './session.ts'
import type { HttpRequest } from './transport.ts'

/**
 * What the device sends in phases 2 and 3: the attributes that were asked for, signed in its persona's way. In
 * phase 2 it signs as what it is and repeats the challenge, in phase 3 with the certificate it got.
 */
export const deviceResponse = async (
  { device, now }: Session,
  { url, deviceAttributes }: ProfileService,
  { identity, challenge }: { readonly identity: Identity; readonly challenge?: string | undefined },
): Promise<HttpRequest> => {
  const attributes = new Map<string, string | boolean>()
  if (challenge !== undefined) attributes.set('CHALLENGE', challenge)
  for (const [name, value] of answerAttributes(device, deviceAttributes)) {
    attributes.set(name, value)
  }
  const { form, hash, hasChain } = personaOf(device).message
  const signer = hasChain ? identity : { ...identity, chain: [] }
  const message = { content: formatPlist(attributes), identity: signer, hash }
  const body = await (form === 'bare'
    ? signBare(message)
    : signData({ ...message, signingTime: now() }))
  const headers = { 'content-type': 'application/pkcs7-signature' }
  return { method: 'POST', url, headers, body }
}

/**
 * Names and values of what the device knows of what it is asked for, and what it says unasked. An iPhone leaves out
 * what it does not know, a Mac sends it empty.
 */
export const answerAttributes = (
  device: Device,
  requested: readonly string[],
): readonly (readonly [name: string, value: string | boolean])[] => {
  const { emptyAttributes, extraAttributes } = personaOf(device)
  const empty = emptyAttributes.map((name) => [name, ''] as const)
  const answers = [...empty, ...Object.entries(device.facts)]
  return [
    ...answers.filter(([name]) => requested.includes(name)),
    ...Object.entries(extraAttributes),
  ]
}
