import { z } from 'zod'
import { ENROLLMENT_STATE, TEXT, TIME } from './field.ts'

const MILLISECONDS = z.int().nullable()

const STAGE = z
  .strictObject({
    state: ENROLLMENT_STATE,
    reached: z.int().meta({ description: 'How many enrollments came here.' }),
    waiting: z.int().meta({ description: 'How many of them are here still.' }),
    dropped: z.int().meta({ description: 'How many of them ended here.' }),
    medianMs: MILLISECONDS.meta({
      description: 'Milliseconds from the state before, right to a hundredth.',
    }),
    p90Ms: MILLISECONDS.meta({ description: 'The same, which nine of ten do not exceed.' }),
    reasons: z
      .array(z.strictObject({ code: TEXT, count: z.int() }))
      .readonly()
      .meta({ description: 'Why those ended that did, the most frequent first.' }),
  })
  .meta({ id: 'FunnelStage' })

const CELL = z
  .strictObject({ begun: z.int(), stages: z.array(STAGE).readonly() })
  .meta({ id: 'FunnelCell' })

export const FUNNEL = z
  .strictObject({
    from: TIME,
    to: TIME,
    flows: z
      .array(
        z.strictObject({
          flow: TEXT,
          total: CELL,
          days: z
            .array(
              z.strictObject({
                day: z.iso.date(),
                begun: z.int(),
                stages: z.array(STAGE).readonly(),
              }),
            )
            .readonly()
            .meta({
              description: 'By the UTC day on which they began; days without any are left out.',
            }),
        }),
      )
      .readonly(),
  })
  .meta({
    id: 'Funnel',
    description: 'How far enrollments came that began in a time, and where they stopped.',
  })

/** A funnel as pages and API show it. */
export type FunnelView = Readonly<z.output<typeof FUNNEL>>
