/** A schema of `docs/openapi.json`, as far as the client is made of it. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly string[]
  readonly const?: string
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly description?: string
}

/** `#/components/schemas/NewToken` → `NewToken`. */
export const nameOf = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1)

/** `NewToken` → `NEW_TOKEN`. */
export const constantOf = (name: string): string =>
  name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()

/** Every component that a schema refers to by itself. */
export const referencesOf = (schema: Schema): readonly string[] =>
  [...JSON.stringify(schema).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to = '']) => nameOf(to))

/** A type, for what is sent. */
export const typeText = (schema: Schema): string => {
  const { $ref, type, anyOf, items, additionalProperties: rest } = schema
  if ($ref !== undefined) return nameOf($ref)
  if (schema.enum !== undefined) return literals(schema.enum)
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeText))].join(' | ')
  if (Array.isArray(type)) return type.map((each) => typeText({ type: each })).join(' | ')
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type
    case 'integer':
    case 'number':
      return 'number'
    case 'array':
      return `readonly ${items === undefined ? 'unknown' : itemText(items)}[]`
    case 'object':
      return typeof rest === 'object'
        ? `Readonly<Record<string, ${typeText(rest)}>>`
        : `{\n${membersText(schema)}}`
    default:
      throw unknown(schema)
  }
}

const itemText = (schema: Schema): string => {
  const text = typeText(schema)
  return text.includes(' | ') ? `(${text})` : text
}

/** The members of an interface. */
export const membersText = ({ properties = {}, required = [] }: Schema): string =>
  Object.entries(properties)
    .map(([name, member]) => {
      const type = typeText(member)
      const isRequired = required.includes(name)
      return `${docText(member)}readonly ${name}${isRequired ? `: ${type}` : `?: ${type} | undefined`}\n`
    })
    .join('')

/** What reads it from an answer. */
export const zodText = (schema: Schema): string => {
  const { $ref, type, anyOf, items, properties, additionalProperties: rest } = schema
  if ($ref !== undefined) return constantOf(nameOf($ref))
  if (schema.enum !== undefined) return `oneOf<${literals(schema.enum)}>()`
  if (schema.const !== undefined) return `z.literal('${schema.const}')`
  if (anyOf !== undefined) return unionText(anyOf)
  if (Array.isArray(type)) return unionText(type.map((each) => ({ type: each })))
  switch (type) {
    case 'string':
    case 'boolean':
      return `z.${type}()`
    case 'integer':
    case 'number':
      return 'z.number()'
    case 'array':
      return `z.array(${items === undefined ? 'z.unknown()' : zodText(items)}).readonly()`
    case 'object':
      if (properties === undefined && typeof rest === 'object') {
        return `z.record(z.string(), ${zodText(rest)})`
      }
      return `z.object({\n${shapeText(schema)}})`
    default:
      throw unknown(schema)
  }
}

const unionText = (schemas: readonly Schema[]): string => {
  const some = schemas.filter(({ type }) => type !== 'null')
  const [first] = some
  const text =
    some.length === 1 && first !== undefined
      ? zodText(first)
      : `z.union([${some.map(zodText).join(', ')}])`
  return some.length < schemas.length ? `${text}.nullable()` : text
}

const shapeText = ({ properties = {}, required = [] }: Schema): string =>
  Object.entries(properties)
    .map(([name, member]) => {
      const text = zodText(member)
      return `${docText(member)}${name}: ${required.includes(name) ? text : `${text}.optional()`},\n`
    })
    .join('')

export const docText = ({ description }: Pick<Schema, 'description'>): string =>
  description === undefined ? '' : `/** ${description} */\n`

const literals = (texts: readonly string[]): string => texts.map((text) => `'${text}'`).join(' | ')

const unknown = (schema: Schema): Error =>
  new Error(`the client cannot be made of ${JSON.stringify(schema)}`)
