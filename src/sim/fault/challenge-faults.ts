import { randomBytes } from 'node:crypto'
import type { Account } from '../phase1.ts'
import { type Draft, draftPhase2, draftScep } from './draft.ts'
import type { Fault } from './fault.ts'
import type { Kit } from './kit.ts'
import { refuseDraft, refusedOnce } from './refused.ts'
import type { Walk } from './walk.ts'

/** A place where a device shows a challenge. */
interface ChallengePlace {
  readonly prefix: string
  readonly title: string
  /** What a correct server does about a challenge that is not good. */
  readonly refusal: string
  readonly source: string
  readonly draft: (walk: Walk, challenge: string | undefined) => Promise<Draft>
  /** The challenge that the server gave out for this place. */
  readonly own: (walk: Walk) => Promise<string | undefined>
  /** The one that it gave out for the other place. */
  readonly other: (walk: Walk) => Promise<string | undefined>
  /** Uses it as an honest device does. */
  readonly use: (walk: Walk) => Promise<unknown>
}

const ofProfileService = async (walk: Walk) => (await walk.service()).challenge
const ofScep = async (walk: Walk) => (await walk.instruction()).challenge

const PHASE_2: ChallengePlace = {
  prefix: 'phase2',
  title: 'Phase 2',
  refusal: 'Answers 4xx without a profile',
  source: 'P2.2, O1',
  draft: (walk, challenge) => draftPhase2(walk, { challenge }),
  own: ofProfileService,
  other: ofScep,
  use: (walk) => walk.instruction(),
}

const SCEP: ChallengePlace = {
  prefix: 'scep',
  title: 'A certificate request',
  refusal: 'Answers with a CertRep FAILURE and issues nothing',
  source: 'RFC 8894 §7.3, S1',
  draft: draftScep,
  own: ofScep,
  other: ofProfileService,
  use: (walk) => walk.identity(),
}

const faultsAt = (place: ChallengePlace): readonly Fault[] => {
  const { prefix, title, refusal, source, draft } = place
  const fault = (
    name: string,
    how: string,
    rest: { readonly play: Fault['play']; readonly expects?: string; readonly source?: string },
  ): Fault => ({
    name: `${prefix}-challenge-${name}`,
    title: `${title} ${how}`,
    expects: `${refusal}; the enrollment stays open to an honest retry.`,
    source,
    ...rest,
  })
  const always = (challenge: string | undefined): Fault['play'] =>
    refusedOnce((walk) => draft(walk, challenge))
  return [
    fault('wrong', 'with a challenge that nobody was given', {
      play: refusedOnce((walk) => draft(walk, randomBytes(32).toString('base64url'))),
    }),
    fault('absent', 'without a challenge', { play: always(undefined) }),
    fault('empty', 'with an empty challenge', { play: always('') }),
    fault('expired', 'with a challenge that has expired', {
      expects: `${refusal}; a new enrollment is possible.`,
      play: playExpired(place),
    }),
    fault('replayed', 'with a challenge that another device has used', {
      expects: `${refusal}; both devices can go on.`,
      source: `${source}, O2, S4`,
      play: (kit) => playSpent(kit, place, {}),
    }),
    fault('of-another-person', 'with a challenge that the device of another person has used', {
      expects: `${refusal}; both devices can go on.`,
      play: async (kit) => playSpent(kit, place, { account: kit.secondAccount() }),
    }),
    fault('of-another-purpose', 'with the challenge that was given out for another purpose', {
      play: refusedOnce(async (walk) => draft(walk, await place.other(walk))),
    }),
  ]
}

const playExpired =
  ({ draft, own }: ChallengePlace): Fault['play'] =>
  async (kit) => {
    using walk = kit.begin()
    const message = await draft(walk, await own(walk))
    await kit.expire()
    await refuseDraft(walk, message)
    using anew = kit.begin()
    await kit.finish(anew)
  }

const playSpent = async (
  kit: Kit,
  { draft, own, use }: ChallengePlace,
  choices: { readonly account?: Account },
): Promise<void> => {
  using owner = kit.begin({ ...choices, device: await kit.otherDevice() })
  await use(owner)
  using thief = kit.begin()
  await refuseDraft(thief, await draft(thief, await own(owner)))
  await kit.finish(thief)
  await kit.finish(owner)
}

export const CHALLENGE_FAULTS: readonly Fault[] = [...faultsAt(PHASE_2), ...faultsAt(SCEP)]
