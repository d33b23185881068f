import { z } from 'zod'

/** A schema of zod's making, as far as it is read here. */
export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly description?: string
}

interface Schemas {
  /** By the names they were given with. */
  readonly of: Readonly<Record<string, Schema | undefined>>
  /** Those with an id of their own, which others refer to as components of an OpenAPI document. */
  readonly named: Readonly<Record<string, unknown>>
}

/** JSON Schemas of what is asked for (`input`) or answered (`output`). All at once: they share those with an id. */
export const toSchemas = (
  parts: Readonly<Record<string, z.ZodType>>,
  io: 'input' | 'output',
): Schemas => {
  const schema = z.toJSONSchema(z.object(parts), {
    io,
    override: (context) => adjust(context, io),
  })
  // Draft 2020-12 keeps them elsewhere than OpenAPI does.
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')
  const { properties, $defs }: { properties: Schemas['of']; $defs: Schemas['named'] } =
    JSON.parse(text)
  return { of: properties, named: $defs }
}

type Override = NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override']>

/** Says what zod leaves out, and leaves out what says nothing. */
const adjust = (
  { zodSchema, jsonSchema }: Parameters<Override>[0],
  io: 'input' | 'output',
): void => {
  // Of an array that is not to be changed; in OpenAPI it would say that nobody sends one.
  delete jsonSchema.readOnly
  // An answer may get more members with a later release.
  if (io === 'output' && jsonSchema.additionalProperties === false) {
    delete jsonSchema.additionalProperties
  }
  if (io === 'output' && jsonSchema.maximum === Number.MAX_SAFE_INTEGER) {
    delete jsonSchema.maximum
    delete jsonSchema.minimum
  }
  if (jsonSchema.format === 'date-time' || jsonSchema.format === 'date') delete jsonSchema.pattern
  if (zodSchema instanceof z.ZodDefault) jsonSchema.default = zodSchema.def.defaultValue
}
