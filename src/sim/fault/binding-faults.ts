import { expectDict, getArray, type PlistDict } from '../../protocol/plist/index.ts'
import { generateRsaKey } from '../key.ts'
import { decodeScepPayload, isScepPayload } from '../scep-payload.ts'
import { type Draft, draftPhase2, draftPhase3 } from './draft.ts'
import { type Fault, NotApplicable } from './fault.ts'
import { requestIdentity } from './pkcs-req.ts'
import { refuseDraft, refusedOnce } from './refused.ts'
import type { Walk } from './walk.ts'

const REFUSAL = 'Answers 4xx without a profile; the enrollment stays open to an honest retry.'

/** Uses the certificate of another device's enrollment, and then goes on honestly with both. */
const withForeignCertificate =
  (compose: (walk: Walk, other: Walk) => Promise<Draft>): Fault['play'] =>
  async (kit) => {
    using other = kit.begin({ device: await kit.otherDevice() })
    using walk = kit.begin()
    await refuseDraft(walk, await compose(walk, other))
    await kit.finish(walk)
    await kit.finish(other)
  }

const changed = (name: 'UDID' | 'SERIAL'): Fault['play'] =>
  refusedOnce(async (walk) => {
    const { deviceAttributes } = await walk.service()
    if (!deviceAttributes.includes(name)) {
      throw new NotApplicable(`the server does not ask for ${name}`)
    }
    const { facts } = walk.session.device
    // As long and as well-formed as the right one.
    return await draftPhase3(walk, { facts: { [name]: [...facts[name]].reverse().join('') } })
  })

const playOtherPurpose: Fault['play'] = async (kit) => {
  using walk = kit.begin()
  const profile = await kit.finish(walk)
  const payload = findScepPayload(profile)
  if (payload === undefined) {
    throw new NotApplicable('the final profile asks for no further certificate')
  }
  const instruction = decodeScepPayload(payload)
  const key = await generateRsaKey(instruction.keySize)
  const issued = await requestIdentity({
    ...walk,
    instruction: async () => instruction,
    key: async () => key,
  })
  await refuseDraft(walk, await draftPhase3(walk, { issued }))
}

const findScepPayload = (profile: PlistDict): PlistDict | undefined =>
  (getArray(profile, 'PayloadContent') ?? []).map(expectDict).find(isScepPayload)

export const BINDING_FAULTS: readonly Fault[] = [
  {
    name: 'phase2-issued-certificate',
    title: 'Phase 2 signed with a certificate that was issued to another device',
    expects: REFUSAL,
    source: 'O3',
    play: withForeignCertificate(async (walk, other) =>
      draftPhase2(walk, { signer: (await other.identity()).identity }),
    ),
  },
  {
    name: 'phase3-certificate-of-another-enrollment',
    title: 'Phase 3 signed with a certificate that was issued in another enrollment',
    expects: REFUSAL,
    source: 'P3.1, O3',
    play: withForeignCertificate(async (walk, other) =>
      draftPhase3(walk, { issued: await other.identity() }),
    ),
  },
  {
    name: 'phase3-certificate-of-another-purpose',
    title: 'Phase 3 signed with a certificate that the final profile asked for',
    expects: 'Answers 4xx without a profile.',
    source: 'P3.1, O3',
    play: playOtherPurpose,
  },
  {
    name: 'phase3-udid-changed',
    title: 'Phase 3 with another UDID than phase 2',
    expects: REFUSAL,
    source: 'O3',
    play: changed('UDID'),
  },
  {
    name: 'phase3-serial-changed',
    title: 'Phase 3 with another serial number than phase 2',
    expects: REFUSAL,
    source: 'O3',
    play: changed('SERIAL'),
  },
]
