import type { Config } from '../../config/index.ts'
import { ServiceError } from '../../errors.ts'
import type { SignInMethod } from '../../model/index.ts'
import { type Account, findAccountByName } from '../../store/index.ts'
import { type Credentials, createPasswordCheck } from '../credential/index.ts'
import type { Origin } from '../journal/index.ts'
import type { AccountOptions } from './account.ts'
import { type AccountOidc, type AccountOidcOptions, createAccountOidc } from './oidc.ts'
import { type ProxyClaim, signInByProxy } from './proxy.ts'

/** How account holders sign in: one way for each method that is on. */
export interface SignIn {
  /** Those that are on. */
  readonly methods: readonly SignInMethod[]
  /** @throws ServiceError as `createPasswordCheck`; forbidden `sign_in_method` where the method is off */
  password(credentials: Credentials, origin: Origin): Promise<Account>
  /** Undefined where the method is off. */
  readonly oidc: AccountOidc | undefined
  /** @throws ServiceError as `signInByProxy`; forbidden `sign_in_method` where the method is off */
  proxy(claim: ProxyClaim, origin: Origin): Promise<Account>
}

export interface SignInOptions
  extends AccountOptions,
    Omit<AccountOidcOptions, 'provider' | 'config'> {
  readonly config: Pick<Config, 'signIn' | 'oidc'>
  /** Undefined: there is none. */
  readonly provider: AccountOidcOptions['provider'] | undefined
}

export const createSignIn = ({ provider, ...options }: SignInOptions): SignIn => {
  const { methods } = options.config.signIn
  const check = createPasswordSignIn(options)
  const isOn = (method: SignInMethod): boolean => methods.some((each) => each === method)
  return {
    methods,
    async password(credentials, origin) {
      if (!isOn('password')) throw isOff('password')
      return await check(credentials, origin)
    },
    oidc: isOn('oidc') && provider ? createAccountOidc({ ...options, provider }) : undefined,
    async proxy(claim, origin) {
      if (!isOn('proxy')) throw isOff('proxy')
      return await signInByProxy(options, claim, origin)
    },
  }
}

const isOff = (method: SignInMethod): ServiceError =>
  new ServiceError('forbidden', 'sign_in_method', `nobody signs in by ${method} here`)

/** Finds the account holder of a name and password. @throws ServiceError as `createPasswordCheck` */
type PasswordSignIn = (credentials: Credentials, origin: Origin) => Promise<Account>

const createPasswordSignIn = ({ db, clock }: AccountOptions): PasswordSignIn => {
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
