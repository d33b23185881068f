import type { Account } from '../../store/index.ts'
import { type Author, OWNER } from '../journal/index.ts'
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
  add(wanted: NewAccount, author?: Author): Promise<Account>
  disable(name: string, author?: Author): Promise<Account>
  list(): Promise<readonly Account[]>
}

export const createAccountService = (options: AccountOptions): AccountService => ({
  add: (wanted, author = OWNER) => addAccount(options, wanted, author),
  disable: (name, author = OWNER) => disableAccount(options, name, author),
  list: () => allAccounts(options),
})
