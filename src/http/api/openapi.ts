import { STATUS_CODES } from 'node:http'
import { API_PREFIX, whoMayAsk } from '../access.ts'
import { PROBLEM, PROBLEM_TYPE } from '../problem.ts'
import { OPERATOR_COOKIE } from '../request.ts'
import {
  ANSWER_HEADERS,
  type AnswerHeader,
  answerHeadersOf,
  REQUEST_HEADERS,
  requestHeadersOf,
} from './header.ts'
import { type Schema, toSchemas } from './json-schema.ts'
import type { Operation } from './operation.ts'
import { type Refusals, refusalsOf } from './refusal.ts'

type JsonObject = Readonly<Record<string, unknown>>

/** The API as OpenAPI 3.1 has it: what programs, and what is made of it, know of the server. */
export const describeApi = (operations: readonly Operation[]): JsonObject => {
  const asked = toSchemas(Object.fromEntries(operations.map(({ id, asks }) => [id, asks])), 'input')
  const answered = toSchemas(
    {
      ...Object.fromEntries(
        operations.filter(hasBody).map(({ id, answers }) => [id, answers.schema]),
      ),
      problem: PROBLEM,
    },
    'output',
  )
  const paths: Record<string, Record<string, JsonObject>> = {}
  for (const operation of operations) {
    const path = API_PREFIX + operation.path.replaceAll(/:(\w+)/g, '{$1}')
    const described = describe(operation, asked.of[operation.id], answered.of[operation.id])
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: described }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'windfall',
      version: '1',
      description:
        'Everything that windfall can be asked for. Members may be added to answers, so take no notice of those you do ' +
        'not know. `x-permission` says what a role or a token needs, `x-codes` why a request may be refused.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: sorted({ ...asked.named, ...answered.named }),
      headers: Object.fromEntries(
        Object.entries(ANSWER_HEADERS).map(([name, description]) => [
          name,
          { description, schema: { type: 'string' } },
        ]),
      ),
      responses: describeRefusals(operations),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: OPERATOR_COOKIE,
          description:
            'An operator who signed in. Whatever changes something needs `Sec-Fetch-Site: same-origin` beside it.',
        },
      },
    },
  }
}

const hasBody = ({ answers }: Operation): boolean => answers.status !== 204

const describe = (
  operation: Operation,
  asked: Schema | undefined,
  answered: Schema | undefined,
): JsonObject => {
  const { id, method, path, summary, description, answers } = operation
  const { params, query, headers, body } = asked?.properties ?? {}
  const who = whoMayAsk(method, API_PREFIX + path)
  const parameters = [
    ...toParameters('path', params),
    ...toParameters('query', query),
    ...toParameters('header', headers),
    ...requestHeadersOf(operation).map((name) => ({
      name,
      in: 'header',
      ...REQUEST_HEADERS[name],
      ...(name === 'If-Match' && operation.precondition === 'needed' && { required: true }),
    })),
  ]
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    tags: [path.split(/[/.]/)[1]],
    'x-permission': who,
    ...(who.includes('.') && { security: [{ token: [] }, { session: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: {
        required: asked?.required?.includes('body') === true,
        content: { 'application/json': { schema: body } },
      },
    }),
    responses: {
      [answers.status]: {
        description: STATUS_CODES[answers.status],
        headers: toHeaders(answerHeadersOf(operation)),
        ...(hasBody(operation) && { content: { [answers.type]: { schema: answered } } }),
      },
      ...(operation.isTagged && method === 'GET' && { 304: { description: STATUS_CODES[304] } }),
      ...Object.fromEntries(
        refusalsOf(operation).map((refusal) => [
          refusal.status,
          { $ref: `#/components/responses/${nameOf(refusal)}` },
        ]),
      ),
    },
  }
}

const toParameters = (place: 'path' | 'query' | 'header', values: Schema | undefined) =>
  Object.entries(values?.properties ?? {}).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: values?.required?.includes(name) === true,
    ...(description !== undefined && { description }),
    schema,
  }))

const toHeaders = (names: readonly AnswerHeader[]): JsonObject =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))

/** All refusals that there are: most operations have the same. */
const describeRefusals = (operations: readonly Operation[]): JsonObject =>
  sorted(
    Object.fromEntries(
      operations.flatMap(refusalsOf).map((refusal) => [
        nameOf(refusal),
        {
          description: STATUS_CODES[refusal.status],
          ...(refusal.headers.length > 0 && { headers: toHeaders(refusal.headers) }),
          'x-codes': refusal.codes,
          content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      ]),
    ),
  )

const nameOf = ({ codes }: Refusals): string => codes.join('-')

const sorted = (schemas: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1)))
