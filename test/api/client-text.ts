import {
  constantOf,
  docText,
  membersText,
  nameOf,
  referencesOf,
  type Schema,
  zodText,
} from './schema-text.ts'

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description?: string
  readonly schema: Schema
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly 'x-permission': string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

const HEAD = `// Made of docs/openapi.json by \`npm run docs:openapi\`.
import { z } from 'zod'
import { type CallOptions, expect, oneOf, type Send, withQuery } from './call.ts'
`

/** The client of an API that an OpenAPI document describes; not formatted. */
export const renderClient = ({ paths, components: { schemas } }: Document): string => {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  )
  const find = (name: string): Schema => {
    const found = schemas[name]
    if (found === undefined) throw new Error(`the document has no schema ${name}`)
    return found
  }
  const streams = operations.filter((operation) => streamOf(operation).length > 0)
  const calls = operations.filter(
    (operation) => streamOf(operation).length === 0 && !isFile(operation),
  )
  const answered = inOrder([...operations.flatMap(answerOf), ...streams.flatMap(streamOf)], find)
  const asked = inOrder(operations.flatMap(bodyOf), find).filter((name) => !answered.includes(name))
  return [
    HEAD,
    ...answered.map((name) => renderAnswer(name, find(name))),
    ...asked.map((name) => renderAsked(name, find(name))),
    ...operations.filter((operation) => !isFile(operation)).map(renderQuery),
    ...streams.map(renderStream),
    '/** The API, by way of `send`. */\nexport const createApi = (send: Send) => ({',
    ...calls.map(renderCall),
    '})\n\nexport type Api = ReturnType<typeof createApi>\n',
  ].join('\n')
}

/** Names of components, each behind those that it refers to. */
const inOrder = (names: readonly string[], find: (name: string) => Schema): readonly string[] => {
  const ordered = new Set<string>()
  const add = (name: string, from: readonly string[]): void => {
    if (ordered.has(name) || from.includes(name)) return
    for (const each of referencesOf(find(name))) add(each, [...from, name])
    ordered.add(name)
  }
  for (const name of names) add(name, [])
  return [...ordered]
}

const schemaIn = (content: Content | undefined): Schema | undefined =>
  content?.['application/json']?.schema

const answerOf = ({ responses }: Operation): readonly string[] => {
  const { $ref } = schemaIn(responses['200']?.content ?? responses['201']?.content) ?? {}
  return $ref === undefined ? [] : [nameOf($ref)]
}

/** Files are for whoever asks by hand: the client reads JSON. */
const isFile = ({ responses }: Operation): boolean =>
  responses['200']?.content?.['text/csv'] !== undefined

/** What an event of a stream has as its data. */
const streamOf = ({ responses }: Operation): readonly string[] => {
  const { $ref } = responses['200']?.content?.['text/event-stream']?.schema ?? {}
  return $ref === undefined ? [] : [nameOf($ref)]
}

/** Where a stream is, and what reads an event of it: how the bytes come is not for the client to know. */
const renderStream = (operation: Operation & { readonly path: string }): string => {
  const { operationId, path } = operation
  const query = queryNameOf(operation)
  const [name = ''] = streamOf(operation)
  return [
    docOfCall(operation),
    `export const ${operationId}Path = (query: ${query} = {}): string => withQuery('${path}', { ...query })\n\n`,
    `/** Reads the data of one of its events. */\n`,
    `export const read${name} = (data: unknown): ${name} => expect(${constantOf(name)}, data)\n`,
  ].join('')
}

const docOfCall = ({ summary, 'x-permission': permission }: Operation): string =>
  docText({ description: `${summary}. Needs: ${permission}.` })

const bodyOf = ({ requestBody }: Operation): readonly string[] => {
  const { $ref } = schemaIn(requestBody?.content) ?? {}
  return $ref === undefined ? [] : [nameOf($ref)]
}

const PUBLIC = '/** @public */\n'

const renderAnswer = (name: string, schema: Schema): string => {
  const constant = constantOf(name)
  const isAny = referencesOf(schema).includes(name)
  return [
    `const ${constant} = ${isAny ? 'z.json()' : zodText(schema)}\n`,
    `${docOf(schema)}export type ${name} = z.output<typeof ${constant}>\n`,
  ].join('\n')
}

const docOf = ({ description }: Schema): string =>
  description === undefined ? PUBLIC : `/** ${description} @public */\n`

const renderAsked = (name: string, schema: Schema): string =>
  schema.properties === undefined
    ? `${docOf(schema)}export type ${name} = ${zodText(schema).replace(/^oneOf<(.*)>\(\)$/, '$1')}\n`
    : `${docOf(schema)}export interface ${name} {\n${membersText(schema)}}\n`

const queryNameOf = ({ operationId }: Operation): string =>
  `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}Query`

const parametersIn = (
  place: Parameter['in'],
  { parameters = [] }: Operation,
): readonly Parameter[] => parameters.filter((each) => each.in === place)

const renderQuery = (operation: Operation): string => {
  const query = parametersIn('query', operation)
  if (query.length === 0) return ''
  const properties = Object.fromEntries(
    query.map(({ name, description, schema }) => [
      name,
      description === undefined ? schema : { ...schema, description },
    ]),
  )
  return `${PUBLIC}export interface ${queryNameOf(operation)} {\n${membersText({ properties })}}\n`
}

/** `If-Match` → `ifMatch`. */
const camelCase = (name: string): string =>
  name.toLowerCase().replaceAll(/-([a-z])/g, (_, letter) => letter.toUpperCase())

const renderCall = (operation: Operation & { path: string; method: string }): string => {
  const { operationId, method, path, requestBody } = operation
  const [body] = bodyOf(operation)
  const [answer] = answerOf(operation)
  const hasQuery = parametersIn('query', operation).length > 0
  const needed = parametersIn('header', operation)
    .filter(({ required }) => required)
    .map(({ name }) => name)
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => `\${encodeURIComponent(${name})}`)
  const target = filled === path ? `'${path}'` : `\`${filled}\``
  const args = [
    ...parametersIn('path', operation).map(({ name }) => `${name}: string`),
    ...needed.map((name) => `${camelCase(name)}: string`),
    ...(hasQuery ? [`query: ${queryNameOf(operation)} = {}`] : []),
    ...(body === undefined ? [] : [`body${requestBody?.required ? '' : '?'}: ${body}`]),
    'options?: CallOptions',
  ]
  const call = [
    `method: '${method.toUpperCase()}'`,
    `path: ${hasQuery ? `withQuery(${target}, { ...query })` : target}`,
    ...(body === undefined ? [] : ['body']),
    ...(needed.length === 0
      ? []
      : [
          `headers: { ${needed.map((name) => `'${name.toLowerCase()}': ${camelCase(name)}`).join(', ')} }`,
        ]),
  ]
  const sent = `await send({ ${call.join(', ')} }, options)`
  const doc = docOfCall(operation)
  return answer === undefined
    ? `${doc}${operationId}: async (${args.join(', ')}): Promise<void> => { ${sent} },`
    : `${doc}${operationId}: async (${args.join(', ')}): Promise<${answer}> => expect(${constantOf(answer)}, ${sent}),`
}
