import { z } from 'zod'
import { FUNNEL } from '../funnel-view.ts'
import { presentFunnel } from '../present.ts'
import { MOMENT } from './input.ts'
import { ok, operation } from './operation.ts'

export const FUNNEL_SPAN = z.strictObject({
  from: MOMENT.optional().meta({ description: 'When the first of them began; 30 days ago.' }),
  to: MOMENT.optional().meta({ description: 'Before when the last of them began; now.' }),
})

/** How far enrollments come. */
export const funnelOperations = [
  operation(
    {
      id: 'getFunnel',
      method: 'GET',
      path: '/funnel',
      summary: 'Count how far enrollments came, by flow and day',
      description:
        'Of the enrollments that began in the time, 366 days at most. Figures go back as far as steps are kept.',
      asks: z.object({ query: FUNNEL_SPAN }),
      answers: ok(FUNNEL),
      problems: { 400: ['funnel_span'] },
    },
    async ({ funnel }, { query }) => presentFunnel(await funnel.read(query)),
  ),
] as const
