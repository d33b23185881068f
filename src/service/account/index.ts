import type { Account } from '../../store/index.ts'
import { type Actor, OWNER } from '../journal/index.ts'
import {
  type AccountOptions,
  addAccount,
  allAccounts,
  disableAccount,
  type NewAccount,
} from './account.ts'

export { createSignIn, type SignIn } from './sign-in.ts'

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
