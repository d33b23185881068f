import { z } from 'zod'
import { EXPLANATION_OWNERS, NEXT_ACTIONS, SILENCE_CODES } from '../model/index.ts'
import {
  ENROLLMENT_STATE,
  idOf,
  JSON_OBJECT,
  PERHAPS_TEXT,
  STEP_CODE,
  STEP_OUTCOME,
  TEXT,
  TIME,
} from './field.ts'

const BUILD = PERHAPS_TEXT.meta({
  description: 'The build of the operating system, e.g. `22A380`.',
})

const CODE = PERHAPS_TEXT.meta({
  description: 'Why it ended, for the states `refused`, `failed`, `expired` and `withdrawn`.',
})

const WEAK_ALGORITHMS = z.array(TEXT).readonly().meta({
  description:
    "Algorithms of the device's messages that are accepted for old clients only, e.g. `SHA-1`.",
})

const SINCE = z.int().nullable().meta({
  description: 'Milliseconds since the step before; null for the first one.',
})

const MOVED_TO = ENROLLMENT_STATE.nullable().meta({
  description: 'The state that the enrollment moved to; null where it stayed.',
})

const DETAIL = JSON_OBJECT.meta({
  description:
    'The decoded message, without secrets. A step that is not `ok` carries its reason code as `reason`.',
})

export const EXPLANATION = z
  .strictObject({
    code: TEXT,
    meaning: TEXT.meta({ description: 'What happened.' }),
    advice: TEXT.meta({ description: 'What to do about it.' }),
    nextAction: z.enum(NEXT_ACTIONS).meta({ id: 'NextAction' }),
    owner: z
      .enum(EXPLANATION_OWNERS)
      .meta({ id: 'ExplanationOwner', description: 'Who can do it.' }),
  })
  .meta({ id: 'Explanation', description: 'What a reason code means, and what to do about it.' })

const SILENCE_CODE = z.enum(SILENCE_CODES).meta({ id: 'SilenceCode' })

const DIAGNOSIS = z
  .strictObject({
    code: SILENCE_CODE,
    since: TIME.meta({ description: 'The last step before the silence.' }),
    explanation: EXPLANATION,
  })
  .meta({
    id: 'Silence',
    description:
      'What it seems to mean that nothing comes any more: read from the steps and the clock, and gone once the device goes on.',
  })

export const STEP = z
  .strictObject({
    id: idOf('step'),
    at: TIME,
    sinceMs: SINCE,
    code: STEP_CODE,
    outcome: STEP_OUTCOME,
    state: MOVED_TO,
    summary: TEXT,
    remoteAddress: PERHAPS_TEXT,
    detail: DETAIL,
    explanation: EXPLANATION.nullable().meta({ description: 'Of a step that is not `ok`.' }),
  })
  .meta({ id: 'Step', description: 'One timestamped event of an enrollment. Steps never change.' })

/** One event of an enrollment, as pages and the API show it. */
export type StepView = Readonly<z.output<typeof STEP>>

const DEVICE = z
  .strictObject({
    id: idOf('device'),
    udid: TEXT,
    serialNumber: PERHAPS_TEXT,
    product: PERHAPS_TEXT,
    build: BUILD,
    imei: PERHAPS_TEXT,
    meid: PERHAPS_TEXT,
    iccid: PERHAPS_TEXT,
  })
  .meta({ id: 'Device' })

const CERTIFICATE = z
  .strictObject({
    id: idOf('certificate'),
    serialNumber: TEXT,
    sha256: TEXT,
    subject: TEXT,
    notBefore: TIME,
    notAfter: TIME,
  })
  .meta({ id: 'Certificate', description: 'The identity that SCEP gave the device.' })

const FLOW = TEXT.meta({
  description: 'The name of the flow that it began by; `default`: what the configuration says.',
})

const ACCOUNT = z.strictObject({ id: idOf('account'), name: TEXT, fullName: PERHAPS_TEXT })

/** What an enrollment shows of itself, with everything that belongs to it. */
const FACTS = z.strictObject({
  id: idOf('enrollment'),
  state: ENROLLMENT_STATE,
  code: CODE,
  explanation: EXPLANATION.nullable().meta({ description: 'Of `code`.' }),
  diagnosis: DIAGNOSIS.nullable(),
  simulated: z.boolean(),
  account: ACCOUNT,
  flow: FLOW,
  device: DEVICE.nullable(),
  certificate: CERTIFICATE.nullable(),
  weakAlgorithms: WEAK_ALGORITHMS,
  weakAlgorithmUses: z.record(TEXT, z.int()).meta({
    description: 'How often each was used, and for what, e.g. `SHA-1 signature`: 2.',
  }),
  remoteAddress: PERHAPS_TEXT,
  createdAt: TIME,
  updatedAt: TIME,
  expiresAt: TIME,
  steps: z.array(STEP).readonly().meta({ description: 'In the order in which they happened.' }),
})

export const ENROLLMENT = FACTS.meta({
  id: 'Enrollment',
  description: 'One device of one account holder, from sign-in to configuration.',
})

/** One enrollment as people and machines see it: the timeline page, and `GET /api/v1/enrollments/:id`. */
export type EnrollmentView = Readonly<z.output<typeof ENROLLMENT>>

/** Everything that is kept of an enrollment, for the person whose it is. */
export const KEPT_ENROLLMENT = FACTS.extend({
  userAgent: PERHAPS_TEXT,
  deviceAttributes: JSON_OBJECT.nullable().meta({ description: 'What the device said of itself.' }),
}).meta({ id: 'KeptEnrollment' })

const SUMMARY_DEVICE = DEVICE.pick({
  udid: true,
  serialNumber: true,
  product: true,
  build: true,
})

export const ENROLLMENT_SUMMARY = z
  .strictObject({
    id: idOf('enrollment'),
    state: ENROLLMENT_STATE,
    code: CODE,
    simulated: z.boolean(),
    account: ACCOUNT.pick({ id: true, name: true }),
    flow: FLOW,
    device: SUMMARY_DEVICE.nullable(),
    diagnosis: DIAGNOSIS.nullable(),
    weakAlgorithms: WEAK_ALGORITHMS,
    createdAt: TIME,
    updatedAt: TIME,
  })
  .meta({ id: 'EnrollmentSummary' })

/** One line of a list of enrollments: `GET /api/v1/enrollments`. */
export type EnrollmentSummary = Readonly<z.output<typeof ENROLLMENT_SUMMARY>>
