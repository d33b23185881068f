import type { Vouched } from '../../client/oidc/index.ts'
import { ServiceError } from '../../errors.ts'

type Claims = Vouched['claims']

const refusal = (code: string, detail: string): ServiceError =>
  new ServiceError('forbidden', code, detail)

/** The values of a claim: one, or those of an array. */
export const valuesOf = (claims: Claims, claim: string): readonly unknown[] =>
  Object.hasOwn(claims, claim) ? [claims[claim]].flat() : []

/**
 * What somebody is called, and no more: who they are, issuer and subject say.
 * @throws ServiceError forbidden `oidc_name`, `oidc_email_verified`
 */
export const nameOf = (claims: Claims): string => {
  const { preferred_username: username } = claims
  return typeof username === 'string' ? username : emailOf(claims)
}

/** An address that the provider has verified. @throws ServiceError as `nameOf` */
export const emailOf = ({ email, email_verified: isVerified }: Claims): string => {
  if (typeof email !== 'string') throw refusal('oidc_name', 'the provider gives no name')
  if (isVerified === true) return email
  throw refusal('oidc_email_verified', 'the provider has not verified the e-mail address')
}
