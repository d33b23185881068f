import type { Account } from '../../store/index.ts'
import {
  type AccountOptions,
  addAccount,
  allAccounts,
  disableAccount,
  getAccount,
  type NewAccount,
} from './account.ts'
import { eraseAccount } from './erase.ts'

export { createSignIn, type SignIn } from './sign-in.ts'

/** Account holders that windfall keeps itself. */
export interface AccountService {
  add(wanted: NewAccount): Promise<Account>
  disable(name: string): Promise<Account>
  /** What tells who they are is gone for good. */
  erase(name: string): Promise<Account>
  /** @throws ServiceError not_found `account_unknown` */
  get(name: string): Promise<Account>
  list(): Promise<readonly Account[]>
}

export const createAccountService = (options: AccountOptions): AccountService => ({
  add: (wanted) => addAccount(options, wanted),
  disable: (name) => disableAccount(options, name),
  erase: (name) => eraseAccount(options, name),
  get: (name) => getAccount(options, name),
  list: () => allAccounts(options),
})
