import { z } from 'zod'
import {
  ENROLLMENT_STATES,
  idPattern,
  type JsonValue,
  type Noun,
  PERMISSIONS,
  ROLES,
  STEP_CODES,
  STEP_OUTCOMES,
} from '../model/index.ts'

/** RFC 3339, UTC. */
export const TIME = z.iso.datetime()

/** A time, or null as long as it has not come. */
export const PERHAPS_TIME = TIME.nullable()

export const TEXT = z.string()

export const PERHAPS_TEXT = TEXT.nullable()

/** The id of a noun, as answers have it. */
export const idOf = (noun: Noun): z.ZodString => z.string().regex(idPattern(noun))

export const ENROLLMENT_STATE = z.enum(ENROLLMENT_STATES).meta({ id: 'EnrollmentState' })

export const STEP_CODE = z.enum(STEP_CODES).meta({ id: 'StepCode' })

export const STEP_OUTCOME = z.enum(STEP_OUTCOMES).meta({ id: 'StepOutcome' })

export const ROLE = z.enum(ROLES).meta({ id: 'Role' })

export const PERMISSION = z.enum(PERMISSIONS).meta({ id: 'Permission' })

const JSON_VALUE: z.ZodType<JsonValue> = z
  .lazy(() =>
    z.union([
      z.string(),
      z.number(),
      z.boolean(),
      z.null(),
      z.array(JSON_VALUE).readonly(),
      z.record(z.string(), JSON_VALUE),
    ]),
  )
  .meta({ id: 'JsonValue' })

/** An object with any members. */
export const JSON_OBJECT = z.record(z.string(), JSON_VALUE)
