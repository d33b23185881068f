import {
  type Account,
  changeAccount,
  findAccount,
  holdAccount,
  type PersonalData,
  transact,
} from '../../store/index.ts'
import { recordAudit } from '../journal/index.ts'
import {
  type AccountOptions,
  type Doing,
  describeAccount,
  getAccount,
  requireText,
} from './account.ts'

/** What is not said stays; null: it is no longer known. */
export type AccountChange = Partial<PersonalData>

/**
 * Changes what is known of an account holder.
 * @throws ServiceError not_found `account_unknown`; invalid `account_text`; what the precondition throws
 */
export const updateAccount = async (
  { db, clock }: AccountOptions,
  { name, to }: { readonly name: string; readonly to: AccountChange },
  { by, reason, require }: Doing,
): Promise<Account> => {
  requireText(to)
  const { id } = await getAccount({ db }, name)
  return await transact(db, async (tx) => {
    await holdAccount(tx, id)
    const before = await findAccount(tx, id)
    if (before === undefined) throw new Error('an account is gone')
    require?.(before)
    const after = { ...before, ...to }
    await changeAccount(tx, after)
    await recordAudit(tx, {
      at: clock.now(),
      actor: by.name,
      action: 'account.change',
      outcome: 'done',
      subject: id,
      reason,
      before: describeAccount(before),
      after: describeAccount(after),
      detail: { changed: Object.keys(to) },
      origin: by.origin,
    })
    return after
  })
}
