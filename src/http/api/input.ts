import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ServiceError } from '../../errors.ts'
import { type Id, idPattern, type Noun, parseId } from '../../model/index.ts'
import { bodyOf } from '../request.ts'

/** What a schema makes of a value from outside. @throws ServiceError invalid `input` */
export const parseInput = <T extends z.ZodType>(schema: T, value: unknown): z.output<T> => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new ServiceError('invalid', 'input', faults.join('; '))
}

/** The JSON of a request's body; undefined where there is none. @throws ServiceError invalid `input` */
export const readJson = (request: FastifyRequest): unknown => {
  const bytes = bodyOf(request)
  if (bytes.length === 0) return undefined
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (cause) {
    throw new ServiceError('invalid', 'input', 'the body is not JSON', { cause })
  }
}

/** The id of a noun. */
export const id = <N extends Noun>(noun: N) =>
  z
    .string()
    .regex(idPattern(noun))
    .transform((text, context): Id<N> => {
      const parsed = parseId(noun, text)
      if (parsed !== undefined) return parsed
      context.addIssue({ code: 'custom', message: `not an id of kind ${noun}` })
      return z.NEVER
    })

/** A whole number, written in digits. */
export const whole = ({ least, most }: { readonly least: number; readonly most: number }) =>
  z.preprocess(readDigits, z.int().min(least).max(most))

const readDigits = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value

/** `true` or `false`. */
export const FLAG = z.preprocess(
  (value) => (value === 'true' ? true : value === 'false' ? false : value),
  z.boolean(),
)

/** RFC 3339, or a day, which begins at midnight UTC. In milliseconds. */
export const MOMENT = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => Date.parse(text))

/** Characters that no text of ours holds; databases refuse the first of them. */
const CONTROL = '\\u0000-\\u001f\\u007f-\\u009f\\ufffe\\uffff'

/** So many characters at most. */
export const short = (most: number) =>
  z
    .string()
    .refine((text) => [...text].length <= most, `more than ${most} characters`)
    .meta({ maxLength: most })

const ONE_LINE = `^[^${CONTROL}]*$`

/** The same, of one line. */
export const line = (most: number) =>
  short(most).regex(new RegExp(ONE_LINE), 'a control character').meta({ maxLength: most })

/** As `line`; services refuse control characters with a code of their own. */
export const oneLine = (most: number) => short(most).meta({ maxLength: most, pattern: ONE_LINE })

/** Text of several lines, as `oneLine`. */
export const lines = (most: number) =>
  short(most).meta({ maxLength: most, pattern: `^([^${CONTROL}]|[\\t\\n\\r])*$` })

/** What somebody or something can be called; services refuse others with a code of their own. */
export const NAME = z.string().meta({
  minLength: 1,
  maxLength: 64,
  pattern: `^[^${CONTROL}:]*[^\\s${CONTROL}:][^${CONTROL}:]*$`,
  description: 'Without the white space at its ends.',
})

/** What a resource is asked for by, where it has a name. */
export const NAMED = z.object({ params: z.object({ name: z.string() }) })

/** What somebody may say about a change, for the audit. */
export const WHY = line(1024).min(1)

/** That alone. */
export const REASON = z.strictObject({ reason: WHY.optional() }).meta({ id: 'Reason' }).default({})
