import type { Fault } from './faults-provider.ts'
import type { Json } from './hostile-provider.ts'

const person = (claims: Json): Fault[2] => ({ person: claims })

const member = { sub: 'new', groups: ['auditors'] }

/**
 * Somebody whom the provider vouches for, and who is nobody here. `known` is the subject of an operator called
 * `olga@example.com`, `disabled` that of one who was disabled.
 */
export const PERSON_FAULTS: readonly Fault[] = [
  ['a subject that nobody has', 'oidc_unknown', person({ sub: 'unknown' })],
  ['the subject in another spelling', 'oidc_unknown', person({ sub: 'KNOWN' })],
  [
    'the e-mail address of an operator with another subject',
    'oidc_unknown',
    person({ sub: 'unknown', email: 'olga@example.com', email_verified: true }),
  ],
  [
    'the e-mail address of an operator, from somebody who may come',
    'operator_exists',
    person({ ...member, email: 'olga@example.com', email_verified: true }),
  ],
  [
    'the name of an operator, from somebody who may come',
    'operator_exists',
    person({ ...member, preferred_username: 'OLGA@example.com' }),
  ],
  [
    'an operator who was disabled',
    'oidc_disabled',
    person({ sub: 'disabled', groups: ['auditors'] }),
  ],
  [
    'a group without a role',
    'oidc_unknown',
    person({ sub: 'new', groups: ['auditors2', 'guests'] }),
  ],
  ['the groups in one text', 'oidc_unknown', person({ sub: 'new', groups: 'guests,auditors' })],
  [
    'the groups as names of an object',
    'oidc_unknown',
    person({ sub: 'new', groups: { auditors: true } }),
  ],
  [
    'an e-mail address whose proof is a text',
    'oidc_email_verified',
    person({ ...member, email: 'new@example.com', email_verified: 'true' }),
  ],
  [
    'an e-mail address whose proof is a number',
    'oidc_email_verified',
    person({ ...member, email: 'new@example.com', email_verified: 1 }),
  ],
  [
    'an e-mail address that nobody proved',
    'oidc_email_verified',
    person({ ...member, email: 'new@example.com', email_verified: false }),
  ],
  [
    'an e-mail address without a word on proof',
    'oidc_email_verified',
    person({ ...member, email: 'new@example.com' }),
  ],
  ['no name at all', 'oidc_name', person(member)],
  [
    'a name that nobody can have',
    'operator_name',
    person({ ...member, preferred_username: 'a:b' }),
  ],
  ['the information of another person', 'oidc_sub', { userinfo: () => ({ sub: 'another' }) }],
  ['information on nobody', 'oidc_sub', { userinfo: () => ({ groups: ['auditors'] }) }],
]
