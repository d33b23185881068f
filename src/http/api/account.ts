import { z } from 'zod'
import type { AccountService } from '../../service/account/index.ts'
import type { EnrollmentDossier } from '../../service/enrollment/index.ts'
import { KEPT_ENROLLMENT } from '../enrollment-view.ts'
import { idOf, PERHAPS_TEXT, PERHAPS_TIME, TEXT, TIME } from '../field.ts'
import { momentOrNull, presentEnrollment, rfc3339 } from '../present.ts'
import { ATTRIBUTES, EMAIL, FULL_NAME, PASSWORD } from './account-field.ts'
import { preconditionOf, requirePrecondition } from './entity-tag.ts'
import { FLAG, id, line, NAME, NAMED, REASON, WHY } from './input.ts'
import { INVITATION, type Invitation, presentInvitation } from './invitation.ts'
import { type Context, created, ok, operation } from './operation.ts'
import { byId, listQuery, pageOf, toPage } from './page.ts'

const ACCOUNT = z
  .strictObject({
    id: idOf('account'),
    name: TEXT,
    fullName: PERHAPS_TEXT,
    email: PERHAPS_TEXT,
    attributes: z
      .record(TEXT, TEXT)
      .meta({ description: 'Values for `{{account.NAME}}` in profiles.' }),
    createdAt: TIME,
    disabledAt: PERHAPS_TIME,
    hasPassword: z.boolean().meta({ description: 'Whether they can sign in with one.' }),
    source: PERHAPS_TEXT.meta({
      description:
        'Who vouches for them: `oidc`, `proxy` or a directory; null: their own password.',
    }),
    externalId: PERHAPS_TEXT.meta({ description: 'What the source knows them by, for ever.' }),
    groups: z.array(TEXT).readonly().meta({ description: 'As the source says.' }),
    checkedAt: PERHAPS_TIME.meta({ description: 'When the source said so the last time.' }),
  })
  .meta({ id: 'Account', description: 'An account holder: someone who enrolls devices.' })

/** More invitations than anybody gets. */
const MOST = 10_000

type Account = Awaited<ReturnType<AccountService['get']>>

/** An account holder as the API shows one: everything but the password. */
const presentAccount = (account: Account): z.output<typeof ACCOUNT> => ({
  id: account.id,
  name: account.name,
  fullName: account.fullName,
  email: account.email,
  attributes: { ...account.attributes },
  createdAt: rfc3339(account.createdAt),
  disabledAt: momentOrNull(account.disabledAt),
  hasPassword: account.hasPassword,
  source: account.source,
  externalId: account.externalId,
  groups: account.groups,
  checkedAt: momentOrNull(account.checkedAt),
})

const LISTED_DEVICE = z.strictObject({ flow: TEXT, device: TEXT }).meta({ id: 'DeviceOfPerson' })

const PERSON = z
  .strictObject({
    account: ACCOUNT,
    enrollments: z.array(KEPT_ENROLLMENT).readonly(),
    listedDevices: z.array(LISTED_DEVICE).readonly().meta({
      description: 'What the device lists of flows have for them.',
    }),
    invitations: z.array(INVITATION).readonly(),
  })
  .meta({
    id: 'Person',
    description: 'All that is kept of one person, and nothing that opens anything.',
  })

/** What is kept of a person beside the account. */
interface Kept {
  readonly dossiers: readonly EnrollmentDossier[]
  readonly listedDevices: z.output<typeof PERSON>['listedDevices']
  readonly invitations: readonly Invitation[]
}

const presentPerson = (
  account: Account,
  { dossiers, listedDevices, invitations }: Kept,
): z.output<typeof PERSON> => ({
  listedDevices,
  account: presentAccount(account),
  enrollments: dossiers.map((dossier) => ({
    ...presentEnrollment(dossier),
    userAgent: dossier.enrollment.userAgent,
    deviceAttributes: dossier.device?.attributes ?? null,
  })),
  invitations: invitations.map(presentInvitation),
})

const NEW_ACCOUNT = z
  .strictObject({
    name: NAME,
    password: PASSWORD.optional(),
    fullName: FULL_NAME.optional(),
    email: EMAIL.optional(),
    attributes: ATTRIBUTES.optional(),
  })
  .meta({ id: 'NewAccount' })

const ACCOUNT_CHANGE = z
  .strictObject({
    fullName: FULL_NAME.nullable().exactOptional(),
    email: EMAIL.nullable().exactOptional(),
    attributes: ATTRIBUTES.exactOptional(),
    reason: WHY.exactOptional(),
  })
  .meta({
    id: 'AccountChange',
    description: 'What is not said stays as it is; null: it is no longer known.',
  })

const unknown = { 404: ['account_unknown'] } as const

/** What changes an account and asks for no more than why. */
const WITH_REASON = {
  asks: NAMED.extend({ body: REASON }),
  answers: ok(ACCOUNT),
  precondition: 'possible',
  problems: unknown,
} as const

const doingOf = (reason: string | undefined, { by, request }: Context) => ({
  ...{ by, reason },
  require: preconditionOf(request, presentAccount),
})

/** The account holders that windfall keeps itself. */
export const accountOperations = [
  operation(
    {
      id: 'listAccounts',
      method: 'GET',
      path: '/accounts',
      summary: 'List account holders, oldest first',
      asks: listQuery(id('account'), {
        name: line(64).optional().meta({ description: 'Only who is called so, in any case.' }),
        disabled: FLAG.optional(),
      }),
      answers: ok(pageOf('AccountPage', ACCOUNT)),
    },
    async ({ accounts }, { query: { limit, cursor, ...filter } }) => {
      const found = await accounts.list({ ...filter, after: cursor, limit: limit + 1 })
      return toPage(found, limit, { present: presentAccount, cursorOf: byId })
    },
  ),
  operation(
    {
      id: 'addAccount',
      method: 'POST',
      path: '/accounts',
      summary: 'Add an account holder',
      asks: z.object({ body: NEW_ACCOUNT }),
      answers: created(ACCOUNT),
      problems: {
        400: ['account_name', 'account_text', 'password_empty', 'password_too_long'],
        409: ['account_exists'],
      },
    },
    async ({ accounts }, { body }, { by }) => presentAccount(await accounts.add(body, by)),
  ),
  operation(
    {
      id: 'getAccount',
      method: 'GET',
      path: '/accounts/:name',
      summary: 'Read an account holder',
      asks: NAMED,
      answers: ok(ACCOUNT),
      isTagged: true,
      problems: unknown,
    },
    async ({ accounts }, { params }) => presentAccount(await accounts.get(params.name)),
  ),
  operation(
    {
      id: 'changeAccount',
      method: 'PATCH',
      path: '/accounts/:name',
      summary: 'Change what is known of an account holder',
      asks: NAMED.extend({ body: ACCOUNT_CHANGE }),
      answers: ok(ACCOUNT),
      isTagged: true,
      precondition: 'needed',
      problems: { ...unknown, 400: ['account_text'] },
    },
    async ({ accounts }, { params, body: { reason, ...to } }, { by, request }) => {
      const require = requirePrecondition(request, presentAccount)
      return presentAccount(await accounts.change(params.name, to, { by, reason, require }))
    },
  ),
  operation(
    {
      id: 'disableAccount',
      method: 'POST',
      path: '/accounts/:name/disable',
      summary: 'Keep an account holder from signing in and enrolling',
      ...WITH_REASON,
    },
    async ({ accounts }, { params, body }, context) =>
      presentAccount(await accounts.disable(params.name, doingOf(body.reason, context))),
  ),
  operation(
    {
      id: 'enableAccount',
      method: 'POST',
      path: '/accounts/:name/enable',
      summary: 'Let an account holder who was disabled sign in and enroll again',
      ...WITH_REASON,
    },
    async ({ accounts }, { params, body }, context) =>
      presentAccount(await accounts.enable(params.name, doingOf(body.reason, context))),
  ),
  operation(
    {
      id: 'setAccountPassword',
      method: 'POST',
      path: '/accounts/:name/password',
      summary: 'Give an account holder another password, or their first',
      description: 'Whoever was kept waiting for guessing the old one may try at once.',
      asks: NAMED.extend({
        body: z
          .strictObject({ password: PASSWORD, reason: WHY.optional() })
          .meta({ id: 'NewAccountPassword' }),
      }),
      answers: ok(ACCOUNT),
      precondition: 'possible',
      problems: {
        ...unknown,
        400: ['password_empty', 'password_too_long'],
        409: ['account_elsewhere'],
      },
    },
    async ({ accounts }, { params, body: { password, reason } }, context) => {
      const doing = doingOf(reason, context)
      return presentAccount(await accounts.setPassword(params.name, password, doing))
    },
  ),
  operation(
    {
      id: 'exportAccount',
      method: 'GET',
      path: '/accounts/:name/export',
      summary: 'Read all that is kept of an account holder',
      asks: NAMED,
      answers: ok(PERSON),
      problems: unknown,
    },
    async ({ accounts, enrollment, invitations, flows }, { params }) => {
      const account = await accounts.get(params.name)
      const { id: accountId } = account
      return presentPerson(account, {
        dossiers: await enrollment.ofAccount(accountId),
        listedDevices: await flows.devicesOf(accountId),
        invitations: await invitations.list({ accountId, idle: false, limit: MOST }),
      })
    },
  ),
  operation(
    {
      id: 'eraseAccount',
      method: 'POST',
      path: '/accounts/:name/erase',
      summary: 'Take out what tells who an account holder is, for good',
      description: 'Ends what they have open, and revokes the certificates of their devices.',
      ...WITH_REASON,
    },
    async ({ accounts }, { params, body }, context) =>
      presentAccount(await accounts.erase(params.name, doingOf(body.reason, context))),
  ),
] as const
