import { type Key, SECTIONS } from './key.ts'
import type { JsonForm } from './value.ts'

/** The schema of the configuration file (JSON Schema 2020-12), for editors: `docs/windfall.schema.json`. */
export const describeJsonSchema = (): JsonForm => {
  const properties = SECTIONS.flatMap(({ name, title, keys }) => {
    const all = keys.map((key) => [key.name, describeKey(key)] as const)
    if (name === undefined) return all
    const section = { title, type: 'object', additionalProperties: false }
    return [[name, { ...section, properties: Object.fromEntries(all) }] as const]
  })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of windfall',
    type: 'object',
    additionalProperties: false,
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(properties) },
  }
}

const describeKey = ({ meaning, advice, json, standard }: Key): JsonForm => ({
  description: `${meaning} ${advice}`.replaceAll('`', ''),
  ...json,
  ...(standard === undefined ? {} : { default: toJson(json, standard) }),
})

const toJson = ({ type }: JsonForm, text: string): unknown =>
  type === 'boolean' || type === 'integer' ? JSON.parse(text) : text
