import { isEnded, nameKey } from '../../model/index.ts'
import {
  type Account,
  clearAttemptsEndingIn,
  erasePerson,
  findAccount,
  findEnrollment,
  listEnrollmentIdsOf,
  transact,
} from '../../store/index.ts'
import { type Journal, type Meter, moveWithStep, recordAudit } from '../journal/index.ts'
import { type AccountOptions, type Doing, getAccount, requireOf } from './account.ts'

export interface EraseOptions extends AccountOptions {
  readonly meter: Meter
}

/**
 * Erases an account holder: ends what they have open, takes out what tells who they are, and revokes the certificates
 * of their devices. It cannot be undone.
 * @throws ServiceError not_found `account_unknown`
 */
export const eraseAccount = async (
  { db, clock, meter }: EraseOptions,
  name: string,
  { by, reason, require }: Doing,
): Promise<Account> => {
  const { id, name: spelling } = await getAccount({ db }, name)
  const at = clock.now()
  return await transact(db, async (tx) => {
    await requireOf(tx, id, require)
    for (const enrollmentId of await listEnrollmentIdsOf(tx, id)) {
      await withdraw({ tx, meter }, enrollmentId, at)
    }
    await erasePerson(tx, id, { at })
    await clearAttemptsEndingIn(tx, ` ${nameKey(spelling)}`)
    await recordAudit(tx, {
      at,
      actor: by.name,
      action: 'account.erase',
      outcome: 'done',
      subject: id,
      reason,
      origin: by.origin,
    })
    const erased = await findAccount(tx, id)
    if (erased === undefined) throw new Error('an account that was erased is gone')
    return erased
  })
}

const withdraw = async (
  journal: Journal,
  id: Parameters<typeof findEnrollment>[1],
  at: number,
): Promise<void> => {
  const enrollment = await findEnrollment(journal.tx, id)
  if (enrollment === undefined || isEnded(enrollment.state)) return
  await moveWithStep(journal, enrollment, {
    event: 'withdraw',
    at,
    code: 'withdrawn',
    summary: 'The account holder was erased.',
    origin: undefined,
    changes: { code: 'erased' },
  })
}
