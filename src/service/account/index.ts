import { type Account, findAccountByName } from '../../store/index.ts'
import { type Credentials, createPasswordCheck } from '../credential/index.ts'
import { type Actor, type Origin, OWNER } from '../journal/index.ts'
import {
  type AccountOptions,
  addAccount,
  allAccounts,
  disableAccount,
  type NewAccount,
} from './account.ts'

/** Account holders that windfall keeps itself. */
export interface AccountService {
  /** By the owner, unless `by` says otherwise. */
  add(wanted: NewAccount, by?: Actor): Promise<Account>
  disable(name: string, by?: Actor, reason?: string): Promise<Account>
  list(): Promise<readonly Account[]>
}

export const createAccountService = (options: AccountOptions): AccountService => ({
  add: (wanted, by = OWNER) => addAccount(options, wanted, by),
  disable: (name, by = OWNER, reason) => disableAccount(options, name, { by, reason }),
  list: () => allAccounts(options),
})

/** Finds the account holder who signs in. @throws ServiceError as `createPasswordCheck` */
export type SignIn = (credentials: Credentials, origin: Origin) => Promise<Account>

export const createSignIn = ({ db, clock }: AccountOptions): SignIn => {
  const check = createPasswordCheck({
    db,
    clock,
    action: 'account.sign_in',
    find: (name) => findAccountByName(db, name),
  })
  return async (credentials, origin) => {
    const { passwordHash: _, ...account } = await check(credentials, origin)
    return account
  }
}
