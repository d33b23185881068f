import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  findCycles,
  findDownwardBreaches,
  findEntryBreaches,
  type Import,
  readImports,
} from './architecture.ts'

const root = join(import.meta.dirname, '..')
const read = (pattern: string) =>
  globSync(pattern, { cwd: root }).map((path) => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
  }))

const sources = read('src/**/*.ts').filter(({ path }) => !path.endsWith('.test.ts'))
const imports = sources.flatMap(({ path, text }) => readImports(path, text))

/** `path: match` of every source outside `allowed` that contains the pattern. */
const findWords = (pattern: RegExp, allowed: RegExp) =>
  sources
    .filter(({ path }) => !allowed.test(path))
    .flatMap(({ path, text }) => [...text.matchAll(pattern)].map(([word]) => `${path}: ${word}`))

test('imports go down only', () => {
  assert.deepEqual(findDownwardBreaches(imports), [])
})

test('a folder is entered by its index.ts', () => {
  assert.deepEqual(findEntryBreaches(imports), [])
})

test('folders do not import one another in a circle', () => {
  assert.deepEqual(findCycles(imports), [])
})

test('private keys are made and used in keys and sim only', () => {
  const words = /\b(createPrivateKey|generateKeyPair(Sync)?|privateDecrypt|privateEncrypt)\b/g

  assert.deepEqual(findWords(words, /^src\/(keys|sim)\//), [])
})

test('the server starts no program and takes no randomness but node:crypto’s', () => {
  assert.deepEqual(findWords(/\bchild_process\b|\bMath\.random\b/g, /^$/), [])
})

test('the server has one way out', () => {
  const module = /'node:(https?|http2|tls|net|dgram)'/.source
  const words = new RegExp(
    [
      /\b(https?|http2|tls|net|dgram)\.(request|get|connect|createConnection|createSocket)\(/
        .source,
      `\\b(request|get|connect|createConnection|createSocket)\\b[^\\n]* from ${module}`,
      /from 'node:dns\b/.source,
      /(\bglobalThis\.|\b(await|return) |= )fetch\(/.source,
    ].join('|'),
    'g',
  )
  assert.ok(findWords(words, /^src\/(cli|sim)\//).length > 0)

  // The command line and the simulated device are programs of their own.
  assert.deepEqual(findWords(words, /^src\/(client\/outbound|cli|sim)\//), [])
})

test('statements are made in store only, and of strings nowhere [security W6]', () => {
  const makers = imports
    .filter(
      ({ from, to }) => ['kysely', 'pg', 'node:sqlite'].includes(to) && !/^src\/store\//.test(from),
    )
    .map(({ from, to }) => `${from} → ${to}`)
  // A text that goes into a statement as it stands, other than a literal of ours.
  const raw = /\b(sql\.raw|CompiledQuery\.raw)\((?!'[^']*'\))[^)]*/g
  const called = /\bsql(<[^>]*>)?\([^)]*|\.(exec|prepare|query)\([^)]*(\$\{|['"`] ?\+)[^)]*/g

  assert.deepEqual(makers, [])
  assert.deepEqual(findWords(raw, /^src\/store\/migration\//), [])
  // Where a pragma is one of two.
  assert.deepEqual(findWords(called, /^src\/store\/sqlite\.ts$/), [])
})

test('protocol reads no clock, environment, file or socket', () => {
  const elsewhere = /^src\/(?!protocol\/)/
  const foreign = imports
    .filter(({ from, to }) => from.startsWith('src/protocol/') && !to.startsWith('src/'))
    // node:net for isIP
    .filter(({ to }) => !['node:crypto', 'node:net', 'saxes'].includes(to))
    .map(({ from, to }) => `${from} → ${to}`)
  const words = /\bDate\.now\b|\bnew Date\(\)|\bprocess\.|\bcreateConnection\b|\bSocket\b/g

  assert.deepEqual(findWords(words, elsewhere), [])
  assert.deepEqual(foreign, [])
})

/** Nobody reads them from their beginning to their end: what is generated, and everything that is said in one language. */
const LOOKED_UP = /^src\/(?:api-client\/generated|http\/text\/(?:en|de|fr|es|ja|ar))\.ts$/

test('no file is longer than 300 lines', () => {
  const long = read('{src,test,bench,bin}/**/*.{ts,js}')
    .filter(({ path, text }) => !LOOKED_UP.test(path) && text.split('\n').length > 301)
    .map(({ path }) => path)

  assert.deepEqual(long, [])
})

test('sees every form of import', () => {
  const text = `import { a } from '../store/index.ts'
import type {
  B,
} from '../keys/index.ts'
export * from './c.ts'
import 'saxes'
const d = await import('../client/d.ts')
const worker = new Worker(new URL('./worker.ts', import.meta.url))
let f: import('../jobs/index.ts').Job
`
  assert.deepEqual(
    readImports('src/service/a.ts', text).map(({ to }) => to),
    [
      'src/store/index.ts',
      'src/keys/index.ts',
      'src/service/c.ts',
      'saxes',
      'src/client/d.ts',
      'src/service/worker.ts',
      'src/jobs/index.ts',
    ],
  )
})

test('recognises each breach', () => {
  const edge = (from: string, to: string, typeOnly = false): Import => ({ from, to, typeOnly })
  const up = [
    edge('src/store/a.ts', 'src/service/ca/index.ts'),
    edge('src/protocol/asn1/a.ts', 'src/protocol/cms/index.ts'),
    edge('src/sim/a.ts', 'src/keys/index.ts'),
    edge('src/http/api/a.ts', 'src/store/index.ts', true),
    edge('src/store/a.ts', 'src/config/index.ts'),
    edge('src/model/a.ts', 'src/app.ts'),
  ]
  const past = [
    edge('src/service/ca/a.ts', 'src/store/certificate.ts'),
    edge('src/service/ca/a.ts', 'src/store/migration/index.ts'),
    edge('src/http/api/a.ts', 'src/http/device/b.ts'),
  ]
  const fine = [
    edge('src/store/a.ts', 'src/config/index.ts', true),
    edge('src/store/migration/a.ts', 'src/store/schema.ts'),
    edge('src/http/api/a.ts', 'src/http/problem.ts'),
    edge('src/app.ts', 'src/http/device/index.ts'),
    edge('src/protocol/scep/a.ts', 'src/errors.ts'),
  ]
  const circle = [
    edge('src/service/ca/a.ts', 'src/service/profile/index.ts'),
    edge('src/service/profile/a.ts', 'src/service/ca/index.ts'),
  ]

  assert.equal(findDownwardBreaches([...up, ...fine]).length, up.length)
  assert.equal(findEntryBreaches([...past, ...fine]).length, past.length)
  assert.deepEqual(findCycles([...circle, ...fine]), ['service/ca → service/profile → service/ca'])
})
