import type { AccountId } from '../../model/index.ts'
import { type Account, type AccountFilter, listAccounts, type Page } from '../../store/index.ts'
import { type Actor, OWNER } from '../journal/index.ts'
import {
  addAccount,
  type Doing,
  getAccount,
  type NewAccount,
  setDisabled,
  setPassword,
} from './account.ts'
import { type AccountChange, updateAccount } from './change.ts'
import { type EraseOptions, eraseAccount } from './erase.ts'
import { type Imported, type ImportOrder, importAccounts } from './import.ts'

export type { Precondition } from './account.ts'
export { type Adoption, adoptAccount, keepAccount } from './adopt.ts'
export { type AccountOidc, ENROLL_OIDC_CALLBACK, type SignedIn } from './oidc.ts'
export type { ProxyClaim, ProxyIdentity } from './proxy.ts'
export { createSignIn, type SignIn } from './sign-in.ts'

/** Account holders that windfall keeps itself. */
export interface AccountService {
  /** By the owner, unless `by` says otherwise. */
  add(wanted: NewAccount, by?: Actor): Promise<Account>
  /** By the owner, as above. */
  disable(name: string, doing?: Doing): Promise<Account>
  enable(name: string, doing: Doing): Promise<Account>
  /** @throws ServiceError as `setPassword` */
  setPassword(name: string, password: string, doing: Doing): Promise<Account>
  import(order: ImportOrder, by: Actor): Promise<readonly Imported[]>
  /** @throws ServiceError as `updateAccount` */
  change(name: string, to: AccountChange, doing: Doing): Promise<Account>
  /** What tells who they are is gone for good. */
  erase(name: string, doing: Doing): Promise<Account>
  /** @throws ServiceError not_found `account_unknown` */
  get(name: string): Promise<Account>
  /** Oldest first. */
  list(wanted: AccountFilter & Page<AccountId>): Promise<readonly Account[]>
}

export const createAccountService = (options: EraseOptions): AccountService => ({
  add: (wanted, by = OWNER) => addAccount(options, wanted, by),
  disable: (name, doing = { by: OWNER }) => setDisabled(options, { name, isDisabled: true }, doing),
  enable: (name, doing) => setDisabled(options, { name, isDisabled: false }, doing),
  setPassword: (name, password, doing) => setPassword(options, { name, password }, doing),
  import: (order, by) => importAccounts(options, order, by),
  change: (name, to, doing) => updateAccount(options, { name, to }, doing),
  erase: (name, doing) => eraseAccount(options, name, doing),
  get: (name) => getAccount(options, name),
  list: (wanted) => listAccounts(options.db, wanted),
})
