import type { PlistDict } from '../protocol/plist/index.ts'
import { personaOf } from './device.ts'
import { deviceResponse } from './device-response.ts'
import { openEncryptedProfile } from './envelope.ts'
import { describePayload, nameOf } from './facts.ts'
import type { IssuedIdentity } from './issued-identity.ts'
import type { ProfileService } from './phase1.ts'
import { type Session, takeStep } from './session.ts'
import { expectConfiguration, openSignedProfile } from './signed-profile.ts'

/** What phase 3 brings: the final profile, still encrypted, or the way to somewhere else. */
export type Phase3Answer =
  | { readonly kind: 'profile'; readonly profile: PlistDict }
  | { readonly kind: 'redirected'; readonly location: string | undefined }

/** Phase 3: the device repeats what it said, signed with the certificate that it got. */
export const fetchConfiguration = (
  session: Session,
  service: ProfileService,
  { identity }: IssuedIdentity,
): Promise<Phase3Answer> =>
  takeStep<Phase3Answer>(
    session,
    { step: 'phase3', title: 'Fetch the configuration' },
    async (send) => {
      const request = await deviceResponse(session, service, { identity })
      const answer = await send('phase3', request)
      const signedBy = nameOf(identity.certificate.subject)
      if (answer.status === 301 || answer.status === 302) {
        const { location } = answer
        return {
          value: { kind: 'redirected', location },
          summary: `the server sends the device to ${location ?? 'nowhere'}`,
          detail: { signedBy, status: answer.status, location: location ?? null },
        }
      }
      const { profile } = openSignedProfile(answer, session, service.signer)
      expectConfiguration(profile)
      return {
        value: { kind: 'profile', profile },
        summary: `an encrypted profile for ${signedBy}`,
        detail: { signedBy, profile: describePayload(profile) },
      }
    },
  )

/** Opens the final profile on the device. */
export const decryptConfiguration = (
  session: Session,
  encrypted: PlistDict,
  issued: IssuedIdentity,
): Promise<{ readonly profile: PlistDict; readonly payloads: readonly PlistDict[] }> =>
  takeStep(session, { step: 'decrypt', title: 'Open the configuration' }, async () => {
    const { profileCiphers: ciphers } = personaOf(session.device)
    const { profile, payloads, cipher } = openEncryptedProfile(encrypted, issued, ciphers)
    const described = payloads.map(describePayload)
    return {
      value: { profile, payloads },
      summary: `${described.map(({ type }) => type).join(', ')}`,
      detail: { cipher, profile: describePayload(profile), payloads: described },
    }
  })
