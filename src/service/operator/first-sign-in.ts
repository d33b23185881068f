import type { Vouched } from '../../client/oidc/index.ts'
import { ServiceError } from '../../errors.ts'
import type { Role } from '../../model/index.ts'
import { nameOf, valuesOf } from '../oidc/index.ts'

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
  const values = policy === undefined ? [] : valuesOf(claims, policy.claim)
  const rule = policy?.rules.find(({ value }) => values.includes(value))
  if (rule === undefined) throw refusal('oidc_unknown', 'nobody here is linked to this identity')
  return { name: nameOf(claims), role: rule.role }
}
