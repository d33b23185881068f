import { ServiceError } from '../../errors.ts'
import { type Clock, nameKey } from '../../model/index.ts'
import { type Account, countAttempt, type Db, findAccount } from '../../store/index.ts'
import type { Origin } from '../journal/index.ts'
import type { FlowChoices } from './choices.ts'

/**
 * Whether an account holder may begin by a flow; `isInvited`: they came by an invitation to it.
 * @throws ServiceError forbidden `invitation_needed`, `account_not_in_flow`
 */
export const requireAdmitted = (
  { invitation, accounts, requires }: FlowChoices,
  account: Account,
  isInvited: boolean,
): void => {
  if (invitation === 'needed' && !isInvited) throw invitationNeeded()
  if (requires !== 'device' && !isOneOf(account, accounts)) {
    throw new ServiceError('forbidden', 'account_not_in_flow', 'this is for other people')
  }
}

export const invitationNeeded = (): ServiceError =>
  new ServiceError('forbidden', 'invitation_needed', 'only those who were invited may enroll here')

const isOneOf = (account: Account, { groups, attributes }: FlowChoices['accounts']): boolean =>
  (groups.length === 0 || account.groups.some((group) => isAmong(groups, group))) &&
  Object.entries(attributes).every(([name, value]) => account.attributes[name] === value)

// As directories compare them.
const isAmong = (groups: readonly string[], group: string): boolean =>
  groups.some((each) => nameKey(each) === nameKey(group))

const MOST_BEGUN = 300
const WINDOW = 15 * 60_000

/**
 * In whose name a device enrolls where nobody signs in.
 * @throws ServiceError rate_limited `too_many_attempts` after 300 from one address within 15 minutes; forbidden
 *   `account_disabled`
 */
export const holderOfDevices = async (
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  { id, accountId }: FlowChoices,
  { remoteAddress }: Origin,
): Promise<Account> => {
  const key = `flow.begin ${remoteAddress} ${id}`
  const { count, retryAfterMs } = await countAttempt(db, key, clock.now(), WINDOW)
  if (count > MOST_BEGUN) {
    throw new ServiceError('rate_limited', 'too_many_attempts', 'too many attempts; try later', {
      retryAfter: Math.ceil(retryAfterMs / 1000),
    })
  }
  const account = accountId === null ? undefined : await findAccount(db, accountId)
  if (account === undefined || account.disabledAt !== null) {
    throw new ServiceError('forbidden', 'account_disabled', 'nobody may enroll devices here')
  }
  return account
}
