import type { Provider, Vouched } from '../../client/oidc/index.ts'
import type { Config } from '../../config/index.ts'
import { ServiceError } from '../../errors.ts'
import type { MasterKey } from '../../keys/index.ts'
import type { Account } from '../../store/index.ts'
import { isText } from '../credential/index.ts'
import type { Origin } from '../journal/index.ts'
import {
  arrive,
  type Departure,
  depart,
  emailOf,
  nameOf,
  type Return,
  recordRefusal,
  valuesOf,
} from '../oidc/index.ts'
import type { AccountOptions } from './account.ts'
import { type Adoption, adoptAccount } from './adopt.ts'

/** Where the provider sends browsers back to: it is written down there, and does not change. */
export const ENROLL_OIDC_CALLBACK = '/enroll/oidc/callback'

/** From one address in a quarter of an hour: a whole company may have one. */
const MOST = 600

/** Characters. */
const LONGEST_CONTEXT = 1024

export interface AccountOidcOptions extends AccountOptions {
  readonly masterKey: MasterKey
  readonly provider: Provider
  readonly config: Pick<Config, 'oidc'>
  readonly publicUrl: string
}

/** How account holders sign in with an OpenID provider. */
export interface AccountOidc {
  /** What people call the provider. */
  readonly label: string
  /**
   * @param context what `complete` gives back: what the person was doing
   * @throws ServiceError rate_limited `too_many_attempts`; unavailable `oidc_unavailable`
   */
  begin(context: string, origin: Origin): Promise<Departure>
  /**
   * @throws ServiceError forbidden `oidc_…`, `account_disabled`; conflict `account_taken`; invalid `account_name`,
   *   `account_text`; unavailable `oidc_unavailable`
   */
  complete(back: Return): Promise<SignedIn>
}

/** An account holder, and what they were doing. */
export interface SignedIn {
  readonly account: Account
  readonly context: string
}

export const createAccountOidc = ({
  config: { oidc },
  publicUrl,
  ...given
}: AccountOidcOptions): AccountOidc => {
  const options = {
    ...given,
    kind: 'oidc-enroll',
    most: MOST,
    action: 'account.sign_in',
    redirectUri: `${publicUrl}${ENROLL_OIDC_CALLBACK}`,
  } as const
  return {
    label: oidc.label,
    async begin(context, origin) {
      if (context.length > LONGEST_CONTEXT || !isText(context)) {
        throw new ServiceError('invalid', 'sign_in_context', 'the address is too long')
      }
      return await depart(options, context, origin)
    },
    async complete(back) {
      const { vouched, context } = await arrive(options, back)
      const { origin } = back
      let adoption: Adoption
      try {
        adoption = describePerson(vouched, oidc)
      } catch (error) {
        await recordRefusal(options, { error, origin })
        throw error
      }
      return { account: await adoptAccount(options, adoption, origin), context }
    },
  }
}

type Policy = Pick<
  Config['oidc'],
  'enrollmentClaim' | 'enrollmentValues' | 'nameClaim' | 'groupsClaim' | 'attributes'
>

/**
 * What the provider says of somebody. Who they are, issuer and subject say; an e-mail address counts once it is verified.
 * @throws ServiceError forbidden `oidc_not_allowed`, `oidc_name`, `oidc_email_verified`
 */
export const describePerson = (
  { issuer, subject, claims }: Vouched,
  { enrollmentClaim, enrollmentValues = [], nameClaim, groupsClaim, attributes }: Policy,
): Adoption => {
  if (enrollmentClaim !== undefined) {
    const values = valuesOf(claims, enrollmentClaim)
    if (!enrollmentValues.some((value) => values.includes(value))) {
      throw new ServiceError('forbidden', 'oidc_not_allowed', 'you are not among those who enroll')
    }
  }
  const said = {
    name: nameClaim === undefined ? nameOf(claims) : nameIn(claims, nameClaim),
    source: 'oidc',
    // No issuer has a blank in it.
    externalId: `${issuer} ${subject}`,
    fullName: textOf(claims['name'], 256),
    email: claims['email_verified'] === true ? textOf(claims['email'], 320) : undefined,
  }
  return {
    ...said,
    ...(groupsClaim && { groups: groupsIn(claims, groupsClaim) }),
    ...(attributes && {
      attributes: Object.fromEntries(
        attributes.map(({ attribute, claim }) => [attribute, valueIn(claims, claim)]),
      ),
    }),
  }
}

type Claims = Vouched['claims']

const nameIn = (claims: Claims, claim: string): string => {
  if (claim === 'email') return emailOf(claims)
  const [name, ...more] = valuesOf(claims, claim)
  if (typeof name === 'string' && more.length === 0) return name
  throw new ServiceError('forbidden', 'oidc_name', 'the provider gives no name')
}

/** A text that accounts can hold; undefined for everything else. */
const textOf = (value: unknown, longest: number): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= longest && isText(value)
    ? value
    : undefined

const LONGEST_GROUP = 256
const MOST_GROUPS = 1000

const groupsIn = (claims: Claims, claim: string): readonly string[] =>
  valuesOf(claims, claim)
    .flatMap((value) => textOf(value, LONGEST_GROUP) ?? [])
    .slice(0, MOST_GROUPS)

const LONGEST_VALUE = 1024

/** Null: the provider says nothing that an attribute can hold. */
const valueIn = (claims: Claims, claim: string): string | null => {
  const [value, ...more] = valuesOf(claims, claim)
  const isPlain = typeof value === 'number' || typeof value === 'boolean'
  return (more.length === 0 && textOf(isPlain ? String(value) : value, LONGEST_VALUE)) || null
}
