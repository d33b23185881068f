import { z } from 'zod'
import { SCOPES } from '../../model/index.ts'
import type { ApiTokenService } from '../../service/operator/index.ts'
import { idOf, PERHAPS_TIME, PERMISSION, TEXT, TIME } from '../field.ts'
import { momentOrNull, rfc3339 } from '../present.ts'
import { id, NAME } from './input.ts'
import { created, noContent, ok, operation } from './operation.ts'
import { byId, listQuery, pageOf, toPage } from './page.ts'

const TOKEN = z
  .strictObject({
    id: idOf('token'),
    name: TEXT,
    operator: idOf('operator')
      .nullable()
      .meta({ description: 'Who made it; null: the owner of the data.' }),
    scopes: z
      .array(PERMISSION)
      .readonly()
      .nullable()
      .meta({ description: 'Null where it may do everything.' }),
    createdAt: TIME,
    expiresAt: PERHAPS_TIME,
    usedAt: PERHAPS_TIME,
  })
  .meta({ id: 'Token', description: 'What programs are let in with.' })

const MADE_TOKEN = TOKEN.extend({
  secret: TEXT.meta({ description: 'Said this once.' }),
}).meta({ id: 'MadeToken', description: 'A token that was just made.' })

type ApiToken = Awaited<ReturnType<ApiTokenService['list']>>[number]

const presentToken = (token: ApiToken): z.output<typeof TOKEN> => ({
  id: token.id,
  name: token.name,
  operator: token.operatorId,
  scopes: token.scopes,
  createdAt: rfc3339(token.createdAt),
  expiresAt: momentOrNull(token.expiresAt),
  usedAt: momentOrNull(token.usedAt),
})

const NEW_TOKEN = z
  .strictObject({
    name: NAME,
    scopes: z.array(z.enum(SCOPES).meta({ id: 'Scope' })).min(1),
    days: z.int().min(1).max(365).default(90),
  })
  .meta({ id: 'NewToken' })

/** What programs are let in with. */
export const tokenOperations = [
  operation(
    {
      id: 'listTokens',
      method: 'GET',
      path: '/tokens',
      summary: "List one's own API tokens that are not revoked, oldest first",
      description: 'With the permission `token.all`, those of everybody.',
      asks: listQuery(id('token'), {
        operator: id('operator').optional().meta({ description: 'Only those of this one.' }),
      }),
      answers: ok(pageOf('TokenPage', TOKEN)),
    },
    async ({ tokens }, { query: { limit, cursor, operator } }, { by }) => {
      const page = { after: cursor, limit: limit + 1 }
      const found = await tokens.list(by, { ...page, operatorId: operator })
      return toPage(found, limit, { present: presentToken, cursorOf: byId })
    },
  ),
  operation(
    {
      id: 'createToken',
      method: 'POST',
      path: '/tokens',
      summary: 'Make an API token',
      asks: z.object({ body: NEW_TOKEN }),
      answers: created(MADE_TOKEN),
      problems: { 400: ['token_name'], 403: ['scope_exceeded'] },
    },
    async ({ tokens }, { body }, { by }) => {
      const { secret, ...token } = await tokens.create(body, by)
      return { ...presentToken(token), secret }
    },
  ),
  operation(
    {
      id: 'revokeToken',
      method: 'DELETE',
      path: '/tokens/:id',
      summary: 'Let an API token in no more',
      asks: z.object({ params: z.object({ id: id('token') }) }),
      answers: noContent,
      problems: { 404: ['token_unknown'] },
    },
    async ({ tokens }, { params }, { by }) => await tokens.revoke(params.id, by),
  ),
] as const
