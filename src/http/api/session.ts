import { z } from 'zod'
import type { SessionService } from '../../service/operator/index.ts'
import { idOf, PERHAPS_TEXT, TEXT, TIME } from '../field.ts'
import { rfc3339 } from '../present.ts'
import { id } from './input.ts'
import { NOTHING, noContent, ok, operation } from './operation.ts'
import { byId, listQuery, pageOf, toPage } from './page.ts'

const SESSION = z
  .strictObject({
    id: idOf('session'),
    operator: z.strictObject({ id: idOf('operator'), name: TEXT }),
    current: z.boolean().meta({ description: 'Whether the request came with it.' }),
    remoteAddress: TEXT,
    userAgent: PERHAPS_TEXT,
    createdAt: TIME,
    seenAt: TIME,
    expiresAt: TIME,
  })
  .meta({ id: 'Session', description: 'What an operator who signed in is known by.' })

type Session = Awaited<ReturnType<SessionService['list']>>[number]

const presentSession = (
  session: Session,
  current: string | undefined,
): z.output<typeof SESSION> => ({
  id: session.id,
  operator: { id: session.operatorId, name: session.operator.name },
  current: session.id === current,
  remoteAddress: session.remoteAddress,
  userAgent: session.userAgent,
  createdAt: rfc3339(session.createdAt),
  seenAt: rfc3339(session.seenAt),
  expiresAt: rfc3339(session.expiresAt),
})

/** Where operators are signed in. */
export const sessionOperations = [
  operation(
    {
      id: 'listSessions',
      method: 'GET',
      path: '/sessions',
      summary: "List one's own sessions, oldest first",
      description: 'With the permission `session.all`, those of everybody.',
      asks: listQuery(id('session'), {
        operator: id('operator').optional().meta({ description: 'Only those of this one.' }),
      }),
      answers: ok(pageOf('SessionPage', SESSION)),
    },
    async ({ sessions }, { query: { limit, cursor, operator } }, { by }) => {
      const page = { after: cursor, limit: limit + 1 }
      const found = await sessions.list(by, { ...page, operatorId: operator })
      return toPage(found, limit, {
        present: (session) => presentSession(session, by.sessionId),
        cursorOf: byId,
      })
    },
  ),
  operation(
    {
      id: 'endOwnSessions',
      method: 'DELETE',
      path: '/sessions',
      summary: 'Sign out everywhere',
      asks: NOTHING,
      answers: noContent,
    },
    async ({ sessions }, _, { by }) => await sessions.endOwn(by),
  ),
  operation(
    {
      id: 'endSession',
      method: 'DELETE',
      path: '/sessions/:id',
      summary: 'End a session',
      asks: z.object({ params: z.object({ id: id('session') }) }),
      answers: noContent,
      problems: { 404: ['session_unknown'] },
    },
    async ({ sessions }, { params }, { by }) => await sessions.end(params.id, by),
  ),
] as const
