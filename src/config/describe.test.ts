import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { z } from 'zod'
import { describeConfig, describeJsonSchema, loadConfig } from './index.ts'
import { KEYS } from './key.ts'

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')

test('the page on configuration says what the schema says', () => {
  assert.equal(
    page,
    describeConfig(),
    'docs/configuration.md is to be written from describeConfig()',
  )
})

test('every key has one row, with its variable and its default', () => {
  for (const { path, variable, standard, fallback } of KEYS) {
    const rows = page
      .split('\n')
      .filter((line) => line.startsWith(`| \`${path}\` | \`${variable}\``))
    assert.equal(rows.length, 1, path)
    assert.equal(rows[0]?.split(' | ').length, 6, path)
    assert.ok((standard === undefined) !== (fallback === undefined), `${path} has one default`)
  }
})

const schemaFile = new URL('../../docs/windfall.schema.json', import.meta.url)

test('the JSON Schema in docs is that of the configuration', () => {
  assert.deepEqual(
    JSON.parse(readFileSync(schemaFile, 'utf8')),
    JSON.parse(JSON.stringify(describeJsonSchema())),
    'docs/windfall.schema.json is to be written by npm run docs:configuration',
  )
})

/** Configuration files, and whether they can be used; a missing conflict of keys is not the schema's business. */
const FILES: readonly (readonly [unknown, boolean])[] = [
  [{}, true],
  [{ $schema: './windfall.schema.json', publicUrl: 'https://mdm.example.com:8443' }, true],
  [{ listen: '[::1]:8443', scep: { httpListen: 'off', challengeMinutes: 5 } }, true],
  [{ enrollment: { deviceAttributes: ['UDID', 'VERSION', 'PRODUCT', 'SERIAL'] } }, true],
  [{ proxy: { trusted: ['10.0.0.5', '2001:db8::/32'], header: 'forwarded' } }, true],
  [{ scep: { allowSingleDes: true, staticChallenge: 'long enough' } }, true],
  [{ organisation: { name: 'x' } }, false],
  [{ log: { level: 'loud' } }, false],
  [{ listen: 'nowhere' }, false],
  [{ publicUrl: 'http://mdm.example.com' }, false],
  [{ scep: { challengeMinutes: 0 } }, false],
  [{ ca: { ra: 'no' } }, false],
  [{ scep: { staticChallenge: 'short' } }, false],
  [{ enrollment: { deviceAttributes: ['UDID', 'SHOE_SIZE'] } }, false],
  [{ organization: { identifier: 'nodots' } }, false],
]

for (const [file, isGood] of FILES) {
  test(`the JSON Schema and the loader ${isGood ? 'take' : 'refuse'} ${JSON.stringify(file)}`, () => {
    const text = JSON.stringify(file)
    const load = () => loadConfig({ flags: { config: 'w.json' }, env: {}, readFile: () => text })
    if (isGood) assert.ok(load())
    else assert.throws(load)
    const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(describeJsonSchema())))
    assert.equal(schema.safeParse(file).success, isGood)
  })
}
