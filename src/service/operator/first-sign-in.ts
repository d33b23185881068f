import type { Vouched } from '../../client/oidc/index.ts'
import { ServiceError } from '../../errors.ts'
import type { Role } from '../../model/index.ts'

/** Who may come without having been linked: whoever has one of the values in the claim. */
export interface RolePolicy {
  readonly claim: string
  /** The first that fits counts. */
  readonly rules: readonly { readonly role: Role; readonly value: string }[]
}

const refusal = (code: string, detail: string): ServiceError =>
  new ServiceError('forbidden', code, detail)

/**
 * Name and role of an operator who is made by signing in.
 * @throws ServiceError forbidden `oidc_unknown`, `oidc_name`, `oidc_email_verified`
 */
export const describeNewcomer = (
  { claims }: Vouched,
  policy: RolePolicy | undefined,
): { readonly name: string; readonly role: Role } => {
  const values = policy === undefined ? [] : [claims[policy.claim]].flat()
  const rule = policy?.rules.find(({ value }) => values.includes(value))
  if (rule === undefined) throw refusal('oidc_unknown', 'nobody here is linked to this identity')
  return { name: nameOf(claims), role: rule.role }
}

// A name only: who somebody is, issuer and subject say.
const nameOf = (claims: Vouched['claims']): string => {
  const { preferred_username: username, email, email_verified: isVerified } = claims
  if (typeof username === 'string') return username
  if (typeof email !== 'string') throw refusal('oidc_name', 'the provider gives no name')
  if (isVerified !== true) {
    throw refusal('oidc_email_verified', 'the provider has not verified the e-mail address')
  }
  return email
}
