import { ServiceError } from '../../errors.ts'
import { nameKey } from '../../model/index.ts'
import type { Account } from '../../store/index.ts'
import { type Origin, recordAudit } from '../journal/index.ts'
import type { AccountOptions } from './account.ts'
import { type Adoption, adoptAccount } from './adopt.ts'

/** Who has signed in at a trusted proxy, as it says. What it does not say is undefined; null: it is empty. */
export type ProxyIdentity = Pick<Adoption, 'name' | 'fullName' | 'email' | 'groups'>

/** What a request says of who has signed in at a proxy, or why that is not believed. */
export type ProxyClaim =
  | ProxyIdentity
  /** It comes without the secret of the proxy, or with more or less than one value. */
  | { readonly fault: 'proxy_secret' | 'proxy_header' }

/**
 * The account of who has signed in at a trusted proxy, which knows people by their names alone.
 * @throws ServiceError as `adoptAccount`; forbidden `proxy_secret`, `proxy_header`
 */
export const signInByProxy = async (
  options: AccountOptions,
  claim: ProxyClaim,
  origin: Origin,
): Promise<Account> => {
  if ('fault' in claim) return await refuse(options, claim.fault, origin)
  const externalId = nameKey(claim.name.trim())
  return await adoptAccount(options, { ...claim, source: 'proxy', externalId }, origin)
}

const refuse = async (
  { db, clock }: AccountOptions,
  code: string,
  origin: Origin,
): Promise<never> => {
  await recordAudit(db, {
    ...{
      at: clock.now(),
      actor: 'stranger',
      action: 'account.sign_in',
      outcome: 'refused',
      origin,
    },
    code,
    detail: { by: 'proxy' },
  })
  throw new ServiceError('forbidden', code, 'the proxy does not say properly who has signed in')
}
