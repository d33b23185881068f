import type { Draft, Place } from './draft.ts'
import type { Fault } from './fault.ts'
import { expectRefusal } from './judge.ts'
import type { Kit } from './kit.ts'
import type { Walk } from './walk.ts'

/** Makes what must be refused of what an honest device is about to send. */
export type Damage = (draft: Draft, kit: Kit) => Promise<readonly Uint8Array[]>

/** Sends wrong messages in each of the places on the way of one enrollment, and then goes on honestly to the end. */
export const refused =
  (
    places: readonly Place[],
    damage: Damage,
    options: { readonly mayHangUp?: boolean } = {},
  ): Fault['play'] =>
  async (kit) => {
    using walk = kit.begin()
    for (const place of places) {
      const draft = await place(walk)
      for (const message of await damage(draft, kit)) {
        await expectRefusal(walk.session, draft, message, options)
      }
    }
    await kit.finish(walk)
  }

/** Sends one message that is well-formed and wrong in what it says, and then goes on honestly to the end. */
export const refusedOnce =
  (compose: (walk: Walk, kit: Kit) => Promise<Draft>): Fault['play'] =>
  async (kit) => {
    using walk = kit.begin()
    await refuseDraft(walk, await compose(walk, kit))
    await kit.finish(walk)
  }

/** @throws SimError `fault_…` unless a well-formed message is refused so that a device understands it */
export const refuseDraft = async ({ session }: Walk, draft: Draft): Promise<void> =>
  await expectRefusal(session, draft, await draft.sign(draft.content), {
    needsReply: draft.step === 'pki_operation',
  })
