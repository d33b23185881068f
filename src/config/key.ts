import { z } from 'zod'
import { descriptions, type KeyDescription, titles } from './description.ts'
import { schema } from './schema.ts'
import { forms, type JsonForm } from './value.ts'

/** One key of the schema, under its names. */
export interface Key extends KeyDescription {
  /** Within its section: `httpListen`. */
  readonly name: string
  /** With its section: `scep.httpListen`. */
  readonly path: string
  /** `WINDFALL_SCEP__HTTP_LISTEN` */
  readonly variable: string
  /** It names a file: so end the names of all that do. */
  readonly isFile: boolean
  /** What the text of the value must be, in words. */
  readonly form: string
  /** The same as a schema. */
  readonly json: JsonForm
  /** The default as it would be written; undefined where it is not a value of its own. */
  readonly standard: string | undefined
}

export interface Section {
  readonly title: string
  /** Undefined for the keys that stand outside of every section. */
  readonly name: string | undefined
  readonly keys: readonly Key[]
}

const variableOf = (path: string): string =>
  `WINDFALL_${path
    .replaceAll('.', '__')
    .replaceAll(/[A-Z]/g, (letter) => `_${letter}`)
    .toUpperCase()}`

const keyOf = (section: string | undefined, name: string, type: z.ZodType): Key => {
  const path = section === undefined ? name : `${section}.${name}`
  const description = descriptions.get(type)
  const isWrapped = type instanceof z.ZodPrefault || type instanceof z.ZodOptional
  const forming = isWrapped ? forms.get(type.unwrap()) : undefined
  if (description === undefined || forming === undefined) throw new Error(`not described: ${path}`)
  const standard = type instanceof z.ZodPrefault ? String(type.def.defaultValue) : undefined
  return {
    ...description,
    name,
    path,
    variable: variableOf(path),
    isFile: name.endsWith('File'),
    ...forming,
    standard,
  }
}

const entries = Object.entries<z.ZodType>(schema.shape)

const general: Section = {
  title: 'General',
  name: undefined,
  keys: entries
    .filter(([, type]) => !(type instanceof z.ZodObject))
    .map(([name, type]) => keyOf(undefined, name, type)),
}

const sectionOf = (name: string, type: z.ZodObject): Section => ({
  title: titles.get(type)?.title ?? name,
  name,
  keys: Object.entries<z.ZodType>(type.shape).map(([key, it]) => keyOf(name, key, it)),
})

export const SECTIONS: readonly Section[] = [
  general,
  ...entries.flatMap(([name, type]) =>
    type instanceof z.ZodObject ? [sectionOf(name, type)] : [],
  ),
]

export const KEYS: readonly Key[] = SECTIONS.flatMap((section) => section.keys)
