import { z } from 'zod'

// The databases refuse the first of them.
const CONTROL = '\\u0000-\\u001f\\u007f-\\u009f\\ufffe\\uffff'

/** Text of one line, of so many characters. */
const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(new RegExp(`^[^${CONTROL}]*$`), 'a control character')

const attribute = z
  .string()
  .max(128)
  .regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'not the name of an attribute')

const servers = z
  .array(
    z
      .string()
      .max(300)
      .regex(
        /^ldaps?:\/\/([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$/,
        'not ldaps://HOST or ldap://HOST',
      ),
  )
  .min(1)
  .max(8)
  .readonly()

const GROUPS = z.strictObject({
  by: z.enum(['memberOf', 'member', 'none']).default('memberOf').meta({
    description: 'Where it says who is in which group: at the person, at the group, or nowhere.',
  }),
  base: text(1024).exactOptional().meta({ description: 'Below which groups are; else `base`.' }),
  member: attribute
    .default('member')
    .meta({ description: 'The attribute of a group that names its members.' }),
  nested: z.boolean().default(false).meta({ description: 'Groups of groups count too.' }),
  required: text(1024)
    .exactOptional()
    .meta({ description: 'The DN of the group that everybody has to be in.' }),
})

const SYNC = z.strictObject({
  minutes: z
    .int()
    .min(0)
    .max(10_080)
    .default(60)
    .meta({ description: 'How often all people are looked up; 0: only when asked to.' }),
  mostGonePercent: z.int().min(1).max(100).default(20).meta({
    description: 'If more of the people are gone at once, nobody is disabled without being asked.',
  }),
})

/** How an LDAP directory is asked. */
const LDAP = z.strictObject({
  servers: servers.meta({
    description:
      '`ldaps://HOST[:PORT]`, or `ldap://HOST[:PORT]` with StartTLS; the first that answers.',
  }),
  plain: z.boolean().default(false).meta({
    description: 'Whether passwords go over `ldap://` without TLS, for everybody to read.',
  }),
  ca: z
    .string()
    .min(1)
    .max(65_536)
    .exactOptional()
    .meta({ description: 'Roots that the servers chain to, PEM; else the well-known ones.' }),
  bindDn: text(1024)
    .exactOptional()
    .meta({ description: 'As whom windfall searches; the secret is their password.' }),
  base: text(1024).meta({ description: 'The DN below which people are.' }),
  scope: z.enum(['sub', 'one']).default('sub'),
  filter: text(2048)
    .default('(objectClass=person)')
    .meta({ description: 'Who of them counts, RFC 4515.' }),
  names: z
    .array(attribute)
    .min(1)
    .max(4)
    .readonly()
    .default(['uid'])
    .meta({ description: 'What people can sign in with; the first is what they are called.' }),
  id: attribute
    .default('entryUUID')
    .meta({ description: 'What never changes, and nobody else ever has.' }),
  fullName: attribute.default('cn'),
  email: attribute.default('mail'),
  attributes: z
    .record(z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/), attribute)
    .default({})
    .meta({ description: 'More, for `{{account.NAME}}` in profiles.' }),
  groups: GROUPS.default(GROUPS.parse({})),
  sync: SYNC.default(SYNC.parse({})),
})

/** How a server of the organisation's own is asked. */
const HTTP = z.strictObject({
  url: z
    .string()
    .max(2048)
    .regex(/^https:\/\/[^\s@#]+$/, 'not an https URL'),
})

/** One of the two. */
export const DIRECTORY_SETTINGS = z.strictObject({
  ldap: LDAP.exactOptional(),
  http: HTTP.exactOptional(),
})

export type LdapSettings = z.output<typeof LDAP>
export type HttpSettings = z.output<typeof HTTP>
export type DirectorySettings = z.output<typeof DIRECTORY_SETTINGS>

/** What a directory can be called; what accounts call other sources is not among it. */
export const DIRECTORY_NAME = /^(?!(?:oidc|proxy)$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
