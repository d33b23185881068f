import { z } from 'zod'
import { INVITATION_CHANNELS, INVITATION_STATES, LANGUAGES } from '../../model/index.ts'
import type { InvitationService } from '../../service/invitation/index.ts'
import { idOf, PERHAPS_TEXT, PERHAPS_TIME, TEXT, TIME } from '../field.ts'
import { posterPage, qrCode } from '../page/index.ts'
import { momentOrNull, rfc3339 } from '../present.ts'
import { FLAG, id, line, NAME, REASON, WHY, whole } from './input.ts'
import { created, ok, operation } from './operation.ts'
import { byId, listQuery, pageOf, toPage } from './page.ts'

export type Invitation = Awaited<ReturnType<InvitationService['get']>>

export const INVITATION = z
  .strictObject({
    id: idOf('invitation'),
    state: z.enum(INVITATION_STATES).meta({
      description:
        'The last thing that happened. `sent`: a mail server or SMS gateway took the message, or there is none; `unsent`: it was given up.',
    }),
    account: z.strictObject({ id: idOf('account'), name: TEXT, fullName: PERHAPS_TEXT }),
    flow: TEXT,
    batch: PERHAPS_TEXT.meta({
      description:
        'The group, or an id shared by all that were made at once; null for a single one.',
    }),
    channel: z.enum(INVITATION_CHANNELS),
    language: z.enum(LANGUAGES),
    usesAllowed: z.int().meta({ description: 'How many enrollments may be begun with it.' }),
    uses: z.int(),
    deliveryCode: PERHAPS_TEXT.meta({
      description: 'Why the last try to send the message did not succeed.',
    }),
    createdAt: TIME,
    expiresAt: TIME,
    revokedAt: PERHAPS_TIME,
    sentAt: PERHAPS_TIME,
    openedAt: PERHAPS_TIME,
    startedAt: PERHAPS_TIME,
    doneAt: PERHAPS_TIME.meta({
      description: 'When the first device was configured that was enrolled with it.',
    }),
  })
  .meta({ id: 'Invitation', description: 'Somebody was asked to enroll a device.' })

export const presentInvitation = (invitation: Invitation): z.output<typeof INVITATION> => ({
  id: invitation.id,
  state: invitation.state,
  account: { ...invitation.account },
  flow: invitation.flow,
  batch: invitation.batch,
  channel: invitation.channel,
  language: invitation.language,
  usesAllowed: invitation.usesAllowed,
  uses: invitation.uses,
  deliveryCode: invitation.deliveryCode,
  createdAt: rfc3339(invitation.createdAt),
  expiresAt: rfc3339(invitation.expiresAt),
  revokedAt: momentOrNull(invitation.revokedAt),
  sentAt: momentOrNull(invitation.sentAt),
  openedAt: momentOrNull(invitation.openedAt),
  startedAt: momentOrNull(invitation.startedAt),
  doneAt: momentOrNull(invitation.doneAt),
})

const WISH = {
  channel: z.enum(INVITATION_CHANNELS).meta({
    description: 'How it is sent; `link`: by nobody, its link is asked for and handed over.',
  }),
  language: z.enum(LANGUAGES).optional().meta({
    description: 'Of the message; else the attribute `language` of the account, else English.',
  }),
  flow: line(64).min(1).default('default'),
  days: whole({ least: 1, most: 365 }).default(7).meta({ description: 'How long it is good.' }),
  uses: whole({ least: 1, most: 1000 })
    .default(1)
    .meta({ description: 'How many enrollments may be begun with it.' }),
}

const NEW_INVITATION = z.strictObject({ account: NAME, ...WISH }).meta({ id: 'NewInvitation' })

const NEW_INVITATIONS = z
  .strictObject({
    accounts: z.array(NAME).min(1).max(200).readonly().optional(),
    group: line(256).min(1).optional().meta({
      description:
        'Everybody of that group of a directory or provider, with that value of an attribute, `department=Sales`, or with that word in the attribute `groups`.',
    }),
    ...WISH,
  })
  .refine(({ accounts, group }) => (accounts === undefined) !== (group === undefined), {
    message: 'either accounts or a group',
  })
  .meta({
    id: 'NewInvitations',
    description: 'Either `accounts` or `group`.',
    oneOf: [{ required: ['accounts'] }, { required: ['group'] }],
  })

const INVITED = z
  .strictObject({
    results: z
      .array(
        z
          .strictObject({
            name: TEXT,
            invitation: INVITATION.nullable(),
            fault: z.strictObject({ code: TEXT, detail: TEXT }).nullable(),
          })
          .meta({ id: 'InvitedAccount', description: 'An invitation, or why there is none.' }),
      )
      .readonly(),
  })
  .meta({ id: 'AccountsInvited' })

const INVITATION_LINK = z
  .strictObject({
    url: z.url().meta({ description: 'Whoever has it has the invitation.' }),
    qrCode: TEXT.meta({ description: 'SVG.' }),
    poster: TEXT.meta({ description: 'A page to print, HTML, A4.' }),
  })
  .meta({ id: 'InvitationLink' })

const REMINDED = z
  .strictObject({ resent: z.int(), refused: z.int() })
  .meta({ id: 'Reminded', description: 'How many were sent again, and how many could not be.' })

const ID = z.object({ params: z.object({ id: id('invitation') }) })

const unknown = { 404: ['invitation_unknown'] } as const
const UNREACHABLE = ['account_no_email', 'account_no_phone'] as const
const OFF = ['mail_off', 'sms_off'] as const

/** Asking account holders to enroll a device. */
export const invitationOperations = [
  operation(
    {
      id: 'listInvitations',
      method: 'GET',
      path: '/invitations',
      summary: 'List invitations, newest first',
      asks: listQuery(id('invitation'), {
        account: line(64).optional().meta({ description: 'Only those of that account holder.' }),
        batch: line(256).optional(),
        idle: FLAG.optional().meta({
          description: 'Only those that are still good and with which nobody has begun.',
        }),
      }),
      answers: ok(pageOf('InvitationPage', INVITATION)),
      problems: { 404: ['account_unknown'] },
    },
    async ({ invitations, accounts }, { query }) => {
      const { limit, cursor: before, account, batch, idle = false } = query
      const accountId = account === undefined ? undefined : (await accounts.get(account)).id
      const found = await invitations.list({ accountId, batch, idle, before, limit: limit + 1 })
      return toPage(found, limit, { present: presentInvitation, cursorOf: byId })
    },
  ),
  operation(
    {
      id: 'createInvitation',
      method: 'POST',
      path: '/invitations',
      summary: 'Invite an account holder to enroll a device',
      description: 'Its message is sent in the background: the state says what became of it.',
      asks: z.object({ body: NEW_INVITATION }),
      answers: created(INVITATION),
      problems: {
        400: UNREACHABLE,
        404: ['account_unknown', 'flow_unknown'],
        409: ['account_disabled', ...OFF],
      },
    },
    async ({ invitations }, { body: { account, ...wish } }, { by }) =>
      presentInvitation(await invitations.create(account, wish, by)),
  ),
  operation(
    {
      id: 'createInvitations',
      method: 'POST',
      path: '/invitations/batches',
      summary: 'Invite many account holders, by their names or as a group',
      description: 'Each for themselves: what is wrong with one keeps nobody else out.',
      asks: z.object({ body: NEW_INVITATIONS }),
      answers: created(INVITED),
      problems: { 404: ['flow_unknown', 'group_empty'], 409: OFF },
    },
    async ({ invitations }, { body: { accounts = [], group, ...wish } }, { by }) => {
      const invitees = group === undefined ? { names: accounts } : { group }
      const invited = await invitations.createMany(invitees, wish, by)
      return {
        results: invited.map(({ name, invitation, fault = null }) => ({
          ...{ name, fault },
          invitation: invitation === undefined ? null : presentInvitation(invitation),
        })),
      }
    },
  ),
  operation(
    {
      id: 'getInvitation',
      method: 'GET',
      path: '/invitations/:id',
      summary: 'Read an invitation',
      asks: ID,
      answers: ok(INVITATION),
      problems: unknown,
    },
    async ({ invitations }, { params }) => presentInvitation(await invitations.get(params.id)),
  ),
  operation(
    {
      id: 'getInvitationLink',
      method: 'GET',
      path: '/invitations/:id/link',
      summary: 'Read the link of an invitation, as a QR code and as a poster too',
      asks: ID,
      answers: ok(INVITATION_LINK),
      problems: unknown,
    },
    async ({ invitations, organization }, { params }) => {
      const invitation = await invitations.get(params.id)
      const url = invitations.linkOf(params.id)
      return { url, qrCode: qrCode(url), poster: posterPage({ organization, invitation, url }) }
    },
  ),
  operation(
    {
      id: 'revokeInvitation',
      method: 'POST',
      path: '/invitations/:id/revoke',
      summary: 'Make an invitation good for nothing',
      description: 'What was begun with it goes on.',
      asks: ID.extend({ body: REASON }),
      answers: ok(INVITATION),
      problems: unknown,
    },
    async ({ invitations }, { params, body: { reason } }, { by }) =>
      presentInvitation(await invitations.revoke(params.id, { by, reason })),
  ),
  operation(
    {
      id: 'resendInvitation',
      method: 'POST',
      path: '/invitations/:id/resend',
      summary: 'Send an invitation again',
      description:
        'One that has expired is good for as long again as it was, one that was used up once more.',
      asks: ID.extend({ body: REASON }),
      answers: ok(INVITATION),
      problems: {
        ...unknown,
        400: UNREACHABLE,
        409: ['invitation_revoked', 'invitation_done', 'account_disabled', ...OFF],
      },
    },
    async ({ invitations }, { params, body: { reason } }, { by }) =>
      presentInvitation(await invitations.resend(params.id, { by, reason })),
  ),
  operation(
    {
      id: 'remindInvited',
      method: 'POST',
      path: '/invitations/reminders',
      summary: 'Send all invitations again that are still good and with which nobody has begun',
      asks: z.object({
        body: z
          .strictObject({ batch: line(256).optional(), reason: WHY.optional() })
          .meta({ id: 'Reminder' })
          .default({}),
      }),
      answers: ok(REMINDED),
    },
    async ({ invitations }, { body: { batch, reason } }, { by }) =>
      await invitations.remind({ batch }, { by, reason }),
  ),
] as const
