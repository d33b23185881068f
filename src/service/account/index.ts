import type { Account } from '../../store/index.ts'
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
  add(wanted: NewAccount): Promise<Account>
  disable(name: string): Promise<Account>
  list(): Promise<readonly Account[]>
}

export const createAccountService = (options: AccountOptions): AccountService => ({
  add: (wanted) => addAccount(options, wanted),
  disable: (name) => disableAccount(options, name),
  list: () => allAccounts(options),
})
