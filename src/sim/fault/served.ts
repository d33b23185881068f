import { type Session, takeStep } from '../session.ts'
import type { HttpAnswer } from '../transport.ts'
import type { Draft } from './draft.ts'
import { expectNoServerError, isRefusal } from './judge.ts'

/**
 * Sends a message that is to be served, and takes the answer as a device does.
 * @returns what must be the same whenever the same message is answered; undefined where it was refused and may be
 * @throws SimError, ProtocolError
 */
export const expectServed = (
  session: Session,
  draft: Draft,
  message: Uint8Array,
  { mayRefuse = false }: { readonly mayRefuse?: boolean } = {},
): Promise<string | undefined> => {
  const { name, step, request, open } = draft
  return takeStep(session, { step, title: `Odd message in ${name}` }, async (send) => {
    const answer = await send('fault', request(message), { attempts: 1, after: [] })
    if (mayRefuse && isRefusal(answer)) return { value: undefined, ...describe(answer, 'refused') }
    expectNoServerError(name, answer)
    return { value: open(answer), ...describe(answer, 'served') }
  })
}

const describe = ({ status }: HttpAnswer, summary: string) => ({ summary, detail: { status } })
