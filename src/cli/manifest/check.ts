import { z } from 'zod'
import { suggest } from '../../config/index.ts'
import type { ManifestDocument } from './document.ts'
import type { ManifestFault } from './fault.ts'

type Issue = z.core.$ZodIssue

type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly ManifestFault[] }

/** What a schema makes of an object, or of the part of it at `at`, or all that is wrong with it. */
export const check = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  { document, at = [] }: { readonly document: ManifestDocument; readonly at?: readonly string[] },
): Checked<z.output<Schema>> => {
  const result = schema.safeParse(value)
  if (result.success) return { ok: true, value: result.data }
  const faults = result.error.issues
    .flatMap((issue) => explain(schema, issue))
    .map(({ path, message }) => {
      const whole = [...at, ...path]
      const { file } = document
      return { file, line: document.lineOf(whole), path: whole.map(String).join('.'), message }
    })
  return { ok: false, faults }
}

interface Explained {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

const explain = (schema: z.ZodType, issue: Issue): readonly Explained[] => {
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path)
    return issue.keys.map((key) => {
      const meant = suggest(key, known)
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`
      return { path: [...issue.path, key], message: `there is no such key${hint}` }
    })
  }
  return [{ path: issue.path, message: lower(issue.message) }]
}

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** The keys that an object may have at a place. */
const keysAt = (schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] => {
  const inner = unwrap(schema)
  const [step, ...rest] = path
  if (inner instanceof z.ZodObject) {
    if (step === undefined) return Object.keys(inner.shape)
    const member: unknown = inner.shape[String(step)]
    return member instanceof z.ZodType ? keysAt(member, rest) : []
  }
  if (step !== undefined && inner instanceof z.ZodRecord && inner.valueType instanceof z.ZodType) {
    return keysAt(inner.valueType, rest)
  }
  return []
}

const unwrap = (schema: z.ZodType): z.ZodType => {
  const isWrapped =
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly
  const inner: unknown = isWrapped ? schema.unwrap() : undefined
  return inner instanceof z.ZodType ? unwrap(inner) : schema
}
