import type { AccountId } from '../../model/index.ts'
import {
  type Account,
  type AccountFilter,
  findAccountByName,
  listAccounts,
  type Page,
} from '../../store/index.ts'
import { type Credentials, createPasswordCheck } from '../credential/index.ts'
import { type Actor, type Origin, OWNER } from '../journal/index.ts'
import {
  type AccountOptions,
  addAccount,
  disableAccount,
  getAccount,
  type NewAccount,
} from './account.ts'
import { type EraseOptions, eraseAccount } from './erase.ts'

/** Account holders that windfall keeps itself. */
export interface AccountService {
  /** By the owner, unless `by` says otherwise. */
  add(wanted: NewAccount, by?: Actor): Promise<Account>
  disable(name: string, by?: Actor, reason?: string): Promise<Account>
  /** What tells who they are is gone for good. */
  erase(name: string, by?: Actor, reason?: string): Promise<Account>
  /** @throws ServiceError not_found `account_unknown` */
  get(name: string): Promise<Account>
  /** Oldest first. */
  list(wanted: AccountFilter & Page<AccountId>): Promise<readonly Account[]>
}

export const createAccountService = (options: EraseOptions): AccountService => ({
  add: (wanted, by = OWNER) => addAccount(options, wanted, by),
  disable: (name, by = OWNER, reason) => disableAccount(options, name, { by, reason }),
  erase: (name, by = OWNER, reason) => eraseAccount(options, name, { by, reason }),
  get: (name) => getAccount(options, name),
  list: (wanted) => listAccounts(options.db, wanted),
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
