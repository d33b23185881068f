import { hashPassword, randomToken } from '../../keys/index.ts'
import { isEnded } from '../../model/index.ts'
import {
  type Account,
  accountNameKey,
  clearAttemptsEndingIn,
  type Executor,
  erasePerson,
  findAccount,
  findEnrollment,
  listEnrollmentIdsOf,
  transact,
} from '../../store/index.ts'
import { moveWithStep, recordAudit } from '../journal/index.ts'
import { type AccountOptions, getAccount } from './account.ts'

/**
 * Erases an account holder: ends what they have open, takes out what tells who they are, and revokes the certificates
 * of their devices. It cannot be undone.
 * @throws ServiceError not_found `account_unknown`
 */
export const eraseAccount = async (
  { db, clock }: AccountOptions,
  name: string,
): Promise<Account> => {
  const { id, name: spelling } = await getAccount({ db }, name)
  // Nobody knows the password of which this is the hash.
  const passwordHash = await hashPassword(randomToken())
  const at = clock.now()
  return await transact(db, async (tx) => {
    for (const enrollmentId of await listEnrollmentIdsOf(tx, id)) {
      await withdraw(tx, enrollmentId, at)
    }
    await erasePerson(tx, id, { at, passwordHash })
    await clearAttemptsEndingIn(tx, ` ${accountNameKey(spelling)}`)
    await recordAudit(tx, {
      at,
      actor: 'owner',
      action: 'account.erase',
      outcome: 'done',
      subject: id,
      origin: undefined,
    })
    const erased = await findAccount(tx, id)
    if (erased === undefined) throw new Error('an account that was erased is gone')
    return erased
  })
}

const withdraw = async (
  tx: Executor,
  id: Parameters<typeof findEnrollment>[1],
  at: number,
): Promise<void> => {
  const enrollment = await findEnrollment(tx, id)
  if (enrollment === undefined || isEnded(enrollment.state)) return
  await moveWithStep(tx, enrollment, {
    event: 'withdraw',
    at,
    code: 'withdrawn',
    summary: 'The account holder was erased.',
    origin: undefined,
    changes: { code: 'erased' },
  })
}
