import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { API_PREFIX, ROUTES } from '../../src/http/access.ts'
import { renderClient } from './client-text.ts'
import { makeDocument } from './document.ts'

const root = join(import.meta.dirname, '../..')
const document = makeDocument()
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const WRITE = 'is to be written by `npm run docs:openapi`'

test('docs/openapi.json says what the code says', () => {
  const written = JSON.parse(read('docs/openapi.json'))
  assert.deepEqual(written, document, `docs/openapi.json ${WRITE}`)
})

test('the client is the one that docs/openapi.json makes', () => {
  const path = 'src/api-client/generated.ts'
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', `--stdin-file-path=${path}`],
    { cwd: root, input: renderClient(document), encoding: 'utf8' },
  )
  assert.equal(read(path), stdout, `${path} ${WRITE}${stderr}`)
})

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

test('every route of the API is described, with who may ask for it, and nothing else is', () => {
  const described = operations.map(({ path, method, operation }) =>
    [method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, ':$1'), operation['x-permission']].join(
      ' ',
    ),
  )
  const routes = ROUTES.filter(([, path]) => path.startsWith(`${API_PREFIX}/`))
  assert.deepEqual(described.toSorted(), routes.map((row) => row.join(' ')).toSorted())
})

test('operations are told apart by their ids, and each says what it is for', () => {
  const ids = operations.map(({ operation }) => operation.operationId)
  assert.equal(new Set(ids).size, ids.length)
  for (const { operation } of operations) {
    assert.match(operation.operationId, /^[a-z][A-Za-z]+$/)
    assert.match(operation.summary, /^[A-Z][^\n]{10,78}[^.]$/)
  }
})

test('every parameter of a path is described and needed', () => {
  for (const { path, operation } of operations) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    const described = (operation.parameters ?? []).filter((each) => each.in === 'path')
    assert.deepEqual(
      described.map(({ name }) => name),
      named,
    )
    assert.ok(described.every(({ required }) => required))
  }
})

test('every list has pages of one shape, asked for in one way', () => {
  const lists = operations.filter(({ operation }) => operation.operationId.startsWith('list'))
  assert.equal(lists.length, 16)
  for (const { operation } of lists) {
    const parameters = new Map((operation.parameters ?? []).map((each) => [each.name, each]))
    assert.deepEqual(parameters.get('limit')?.schema, {
      type: 'integer',
      minimum: 1,
      maximum: 500,
      default: 50,
    })
    assert.equal(parameters.get('cursor')?.schema.type, 'string')
    const { $ref = '' } = operation.responses['200']?.content?.['application/json']?.schema ?? {}
    const page = document.components.schemas[$ref.slice($ref.lastIndexOf('/') + 1)]
    assert.deepEqual(Object.keys(page?.properties ?? {}), ['data', 'page'])
    assert.deepEqual(page?.properties?.['page'], { $ref: '#/components/schemas/Page' })
  }
})
