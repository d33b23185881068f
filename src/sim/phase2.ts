import { expectDict, getArray, type PlistDict } from '../protocol/plist/index.ts'
import { answerAttributes, deviceResponse } from './device-response.ts'
import { describePayload, nameOf } from './facts.ts'
import type { ProfileService } from './phase1.ts'
import { decodeScepPayload, isScepPayload, type ScepInstruction } from './scep-payload.ts'
import { type Session, takeStep } from './session.ts'
import { expectConfiguration, openSignedProfile } from './signed-profile.ts'
import { refuse } from './sim-error.ts'

/** Phase 2: the device says what it is, signed as such, and is told where to get its certificate. */
export const identify = (session: Session, service: ProfileService): Promise<ScepInstruction> =>
  takeStep(session, { step: 'phase2', title: 'Identify the device' }, async (send) => {
    const { facts, identity } = session.device
    const { challenge, deviceAttributes } = service
    const request = await deviceResponse(session, service, { identity, challenge })
    const answer = await send('phase2', request)
    const { profile } = openSignedProfile(answer, session, service.signer)
    const payload = findScepPayload(expectConfiguration(profile))
    const instruction = decodeScepPayload(payload)
    expectBothKeyUsages(instruction)
    return {
      value: instruction,
      summary: `${facts.PRODUCT} ${facts.SERIAL} is told to ask ${instruction.url.host} for a certificate`,
      detail: {
        sent: Object.fromEntries(answerAttributes(session.device, deviceAttributes)),
        signedBy: nameOf(identity.certificate.subject),
        profile: describePayload(profile),
        scep: {
          url: instruction.url.href,
          name: instruction.name ?? null,
          keySize: instruction.keySize,
          hasChallenge: instruction.challenge !== undefined,
          hasFingerprint: instruction.caFingerprint !== undefined,
          capabilities: instruction.capabilities ?? null,
        },
      },
    }
  })

/** @throws SimError `scep_payload_count` */
export const findScepPayload = (profile: PlistDict): PlistDict => {
  const payloads = (getArray(profile, 'PayloadContent') ?? []).map(expectDict)
  const [payload, ...more] = payloads.filter(isScepPayload)
  if (payload === undefined || more.length > 0) {
    throw refuse('scep_payload_count', 'the profile does not hold exactly one SCEP payload')
  }
  return payload
}

// Without both, the identity can sign phase 3 or open its answer, but not both.
const expectBothKeyUsages = ({ keyUsage }: ScepInstruction): void => {
  if ((keyUsage & 5) !== 5) {
    throw refuse('scep_key_usage', 'the Key Usage is not 5, signing and encryption')
  }
}
