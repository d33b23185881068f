import { z } from 'zod'
import { isSameJson } from './json.ts'
import { SIGN_IN_METHODS } from './sign-in.ts'

/** What must be known before a device enrolls: who holds it, which one it is, or both. */
export const FLOW_REQUIREMENTS = ['person', 'device', 'both'] as const
export type FlowRequirement = (typeof FLOW_REQUIREMENTS)[number]

/** The flow that the configuration describes. */
export const DEFAULT_FLOW = 'default'

/** It is part of an address. */
export const FLOW_NAME = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/

/** Control characters, which no text of ours holds, and what databases do not store. */
const LINE = /^[^\p{Cc}\uFFFE\uFFFF]*$/u

const line = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((text) => LINE.test(text), 'must be one line of text without control characters')

const version = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,3}){0,2}$/, 'must be a version such as 17 or 17.4.1')
  .exactOptional()

const TEXTS = z
  .strictObject({
    title: line(80).exactOptional(),
    lead: line(400).exactOptional(),
    help: line(400).exactOptional(),
  })
  .meta({ id: 'FlowTexts', description: 'What the sign-in page says in one language.' })

/** Characters of a template: with what stands around it, it fits into one request. */
const MOST_TEMPLATE = 128 * 1024

/** What a flow chooses, each of it with what it means. Everything has a value that stands where nothing is said. */
export const FLOW_FIELDS = {
  enabled: z.boolean().meta({ description: 'Whether devices can begin by it.' }),
  requires: z.enum(FLOW_REQUIREMENTS).meta({
    description: 'A person who signs in, a device that is on the list, or both.',
  }),
  methods: z
    .array(z.enum(SIGN_IN_METHODS))
    .readonly()
    .meta({ description: 'How people may sign in. Of no account where nobody does.' }),
  directories: z
    .array(line(64))
    .max(20)
    .readonly()
    .meta({ description: 'Which directories are asked for passwords; none named: all.' }),
  accounts: z
    .strictObject({
      groups: z.array(line(256)).max(100).readonly(),
      attributes: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/), line(1024)),
    })
    .meta({
      id: 'FlowAccounts',
      description:
        'Who may enroll: members of one of the groups who have all of the attributes; nothing said: everybody.',
    }),
  account: line(64).nullable().meta({
    description: 'In whose name devices enroll where nobody signs in.',
  }),
  invitation: z
    .enum(['open', 'needed'])
    .meta({ description: 'Whether only those who were invited may enroll.' }),
  minimumVersions: z
    .strictObject({
      ios: version,
      macos: version,
      tvos: version,
      visionos: version,
      watchos: version,
    })
    .meta({ id: 'MinimumVersions', description: 'The oldest systems that may enroll.' }),
  certificateDays: z.int().min(1).max(3650).nullable().meta({
    description: 'Days that the certificate of a device is valid; null: as the server says.',
  }),
  allowLegacy: z.boolean().meta({
    description: 'Whether RSA-1024 keys and profiles encrypted with 3DES are accepted.',
  }),
  template: z.string().min(1).max(MOST_TEMPLATE).nullable().meta({
    description: "The final profile, a property list in XML; null: the server's.",
  }),
  texts: z
    .record(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/), TEXTS)
    .meta({ description: 'By language, such as `en` or `de`.' }),
} as const

const COMPLETE = z.strictObject(FLOW_FIELDS)

/** All that a flow chooses. */
export type FlowSpec = Readonly<z.output<typeof COMPLETE>>

/** What stands where nothing is said. */
export const FLOW_DEFAULTS: FlowSpec = {
  enabled: true,
  requires: 'person',
  methods: ['password'],
  directories: [],
  accounts: { groups: [], attributes: {} },
  account: null,
  invitation: 'open',
  minimumVersions: {},
  certificateDays: null,
  allowLegacy: false,
  template: null,
  texts: {},
}

const { accounts } = FLOW_FIELDS

/** The same, of whoever says only what is other than usual. */
export const FLOW_SPEC = z.strictObject({
  enabled: FLOW_FIELDS.enabled.default(FLOW_DEFAULTS.enabled),
  requires: FLOW_FIELDS.requires.default(FLOW_DEFAULTS.requires),
  methods: FLOW_FIELDS.methods.default(FLOW_DEFAULTS.methods),
  directories: FLOW_FIELDS.directories.default(FLOW_DEFAULTS.directories),
  accounts: z
    .strictObject({
      groups: accounts.shape.groups.default([]),
      attributes: accounts.shape.attributes.default({}),
    })
    .meta({ id: 'NewFlowAccounts', description: accounts.description })
    .default(FLOW_DEFAULTS.accounts),
  account: FLOW_FIELDS.account.default(FLOW_DEFAULTS.account),
  invitation: FLOW_FIELDS.invitation.default(FLOW_DEFAULTS.invitation),
  minimumVersions: FLOW_FIELDS.minimumVersions.default(FLOW_DEFAULTS.minimumVersions),
  certificateDays: FLOW_FIELDS.certificateDays.default(FLOW_DEFAULTS.certificateDays),
  allowLegacy: FLOW_FIELDS.allowLegacy.default(FLOW_DEFAULTS.allowLegacy),
  template: FLOW_FIELDS.template.default(FLOW_DEFAULTS.template),
  texts: FLOW_FIELDS.texts.default(FLOW_DEFAULTS.texts),
})

/** The fields in which two differ. */
export const differingFields = (one: FlowSpec, other: FlowSpec): readonly (keyof FlowSpec)[] =>
  FLOW_KEYS.filter((key) => !isSameJson(one[key], other[key]))

const FLOW_KEYS = COMPLETE.keyof().options
