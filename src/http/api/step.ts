import { z } from 'zod'
import { describeStepEvent, STEP_EVENT_TYPE } from '../../model/index.ts'
import type { EnrollmentService } from '../../service/enrollment/index.ts'
import { STEP } from '../enrollment-view.ts'
import { idOf, TIME } from '../field.ts'
import { presentStep } from '../present.ts'

export const JOURNAL_STEP = STEP.extend({ enrollment: idOf('enrollment') }).meta({
  id: 'JournalStep',
  description: 'A step of any enrollment.',
})

type Step = Awaited<ReturnType<EnrollmentService['stepsAfter']>>[number]

export const presentJournalStep = (step: Step): z.output<typeof JOURNAL_STEP> => ({
  ...presentStep(step),
  enrollment: step.enrollmentId,
})

export const STEP_EVENT = z
  .strictObject({
    id: idOf('step'),
    type: z.literal(STEP_EVENT_TYPE),
    time: TIME,
    subject: idOf('enrollment'),
    data: JOURNAL_STEP,
  })
  .meta({ id: 'StepEvent', description: 'What an event of `GET /api/v1/events` has as its data.' })

export const presentStepEvent = (step: Step): z.output<typeof STEP_EVENT> => describeStepEvent(step)
