import { z } from 'zod'
import { ServiceError } from '../../errors.ts'
import { TIME } from '../field.ts'
import { rfc3339 } from '../present.ts'
import { id } from './input.ts'
import { created, NOTHING, operation } from './operation.ts'

const LINK = z
  .strictObject({ url: z.url(), expiresAt: TIME })
  .meta({ id: 'Link', description: 'A link that works once.' })

const NEW_LINK = z
  .strictObject({
    enrollment: id('enrollment')
      .optional()
      .meta({ description: 'The enrollment to look at; without it, all of them.' }),
  })
  .meta({ id: 'NewLink' })

/** Links for whoever has no other way in. */
export const linkOperations = [
  operation(
    {
      id: 'createLink',
      method: 'POST',
      path: '/links',
      summary: 'Make a link to the page of an enrollment, or of all',
      description: 'It works once, for 15 minutes, and begins a session of twelve hours.',
      asks: z.object({ body: NEW_LINK }),
      answers: created(LINK),
      problems: { 404: ['enrollment_unknown'] },
    },
    async ({ access, enrollment, publicUrl }, { body }, { by }) => {
      if (body.enrollment !== undefined) await enrollment.get(body.enrollment)
      const { secret, expiresAt } = await access.createLink(body.enrollment ?? '*', by)
      return { url: `${publicUrl}/open/${secret}`, expiresAt: rfc3339(expiresAt) }
    },
  ),
  operation(
    {
      id: 'createSetUpLink',
      method: 'POST',
      path: '/set-up-links',
      summary: 'Make a link that makes the first owner',
      description: 'It works once, for 15 minutes, and while there is no operator.',
      asks: NOTHING,
      answers: created(LINK),
      problems: { 409: ['already_set_up'] },
    },
    async ({ setUp, publicUrl }, _, { by }) => {
      const link = await setUp.createLink(by)
      if (link === undefined) {
        throw new ServiceError('conflict', 'already_set_up', 'there are operators already')
      }
      const { secret, expiresAt } = link
      return { url: `${publicUrl}/console/set-up/${secret}`, expiresAt: rfc3339(expiresAt) }
    },
  ),
] as const
