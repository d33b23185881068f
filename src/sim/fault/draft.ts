import { type Identity, signData } from '../../protocol/cms/index.ts'
import { formatPlist } from '../../protocol/plist/index.ts'
import type { ScepReply } from '../../protocol/scep/index.ts'
import { certificateFingerprint } from '../../protocol/x509/index.ts'
import { type Device, personaOf } from '../device.ts'
import { answerAttributes } from '../device-response.ts'
import { openEncryptedProfile } from '../envelope.ts'
import type { IssuedIdentity } from '../issued-identity.ts'
import type { ProfileService } from '../phase1.ts'
import { findScepPayload } from '../phase2.ts'
import { decodeScepPayload } from '../scep-payload.ts'
import { expectConfiguration, openSignedProfile } from '../signed-profile.ts'
import type { StepCode } from '../step.ts'
import type { HttpAnswer, HttpRequest } from '../transport.ts'
import { draftPkcsReq, readIssued, readReply } from './pkcs-req.ts'
import type { Walk } from './walk.ts'

/** A signed message that a device is about to send, and what is needed to send another one in its place. */
export interface Draft {
  /** What people call it. */
  readonly name: 'phase 2' | 'PKIOperation' | 'phase 3'
  readonly step: StepCode
  readonly content: Uint8Array
  readonly signer: Identity
  /** The message around a content, signed as an honest device signs it unless by somebody else. */
  readonly sign: (content: Uint8Array, signer?: Identity) => Promise<Uint8Array>
  readonly request: (message: Uint8Array) => HttpRequest
  /** Reads an answer of SCEP, whatever it says; undefined in the other places. */
  readonly readReply: ((answer: HttpAnswer) => ScepReply) | undefined
  /**
   * Takes an answer as a device does.
   * @returns what must be the same whenever the same message is answered
   */
  readonly open: (answer: HttpAnswer) => string
}

/** The place of a message in an enrollment: goes there, and stops before it is sent. */
export type Place = (walk: Walk) => Promise<Draft>

export const phase2: Place = (walk) => draftPhase2(walk)
export const phase3: Place = (walk) => draftPhase3(walk)
export const pkiOperation: Place = async (walk) => {
  const { challenge } = await walk.instruction()
  return await draftScep(walk, challenge)
}

/** Phase 2 with another challenge, or signed by somebody else. */
export const draftPhase2 = async (
  walk: Walk,
  changes: { readonly challenge?: string | undefined; readonly signer?: Identity } = {},
): Promise<Draft> => {
  const { device } = walk.session
  const service = await walk.service()
  const challenge = 'challenge' in changes ? changes.challenge : service.challenge
  const { signer = device.identity } = changes
  return {
    ...draftResponse(walk, service, { device, challenge, signer }),
    name: 'phase 2',
    step: 'phase2',
    open: (answer) => {
      const { profile } = openSignedProfile(answer, walk.session, service.signer)
      return decodeScepPayload(findScepPayload(expectConfiguration(profile))).challenge ?? ''
    },
  }
}

/** Phase 3 of a device that says something else of itself, or that holds another certificate. */
export const draftPhase3 = async (
  walk: Walk,
  changes: { readonly facts?: Partial<Device['facts']>; readonly issued?: IssuedIdentity } = {},
): Promise<Draft> => {
  const service = await walk.service()
  const issued = changes.issued ?? (await walk.identity())
  const honest = walk.session.device
  const device = { ...honest, facts: { ...honest.facts, ...changes.facts } }
  const signer = issued.identity
  return {
    ...draftResponse(walk, service, { device, challenge: undefined, signer }),
    name: 'phase 3',
    step: 'phase3',
    open: (answer) => {
      const { profile } = openSignedProfile(answer, walk.session, service.signer)
      openEncryptedProfile(expectConfiguration(profile), issued, personaOf(device).profileCiphers)
      return ''
    },
  }
}

const draftResponse = (
  { signingTime }: Walk,
  { url, deviceAttributes }: ProfileService,
  options: {
    readonly device: Device
    readonly challenge: string | undefined
    readonly signer: Identity
  },
): Pick<Draft, 'content' | 'signer' | 'sign' | 'request' | 'readReply'> => {
  const { device, challenge, signer } = options
  const attributes = new Map(answerAttributes(device, deviceAttributes))
  if (challenge !== undefined) attributes.set('CHALLENGE', challenge)
  const headers = { 'content-type': 'application/pkcs7-signature' }
  return {
    content: formatPlist(attributes),
    signer,
    sign: (content, identity = signer) =>
      signData({ content, identity, hash: 'sha256', signingTime: signingTime() }),
    request: (body) => ({ method: 'POST', url, headers, body }),
    readReply: undefined,
  }
}

/** A request for a certificate with this challenge. */
export const draftScep = async (walk: Walk, challenge: string | undefined): Promise<Draft> => {
  const order = await draftPkcsReq(walk, challenge)
  return {
    ...order,
    name: 'PKIOperation',
    step: 'pki_operation',
    readReply: (answer) => readReply(order, answer),
    open: (answer) => certificateFingerprint(readIssued(order, answer).identity.certificate.bytes),
  }
}
