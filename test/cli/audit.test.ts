import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { readAuditFile } from '../../src/cli/audit-file.ts'
import { loadMasterKey } from '../../src/keys/index.ts'
import { verifyAuditExport } from '../../src/service/audit/index.ts'
import { addAnna, serve, succeed, temporaryDirectory, windfall } from './windfall.ts'

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
let exported: string
before(async () => {
  directory = await temporaryDirectory()
  const data = directory.path
  await addAnna(data)
  const disable = ['account', 'disable', 'anna', '--data', data, '--reason']
  await succeed([...disable, 'Größe \u2028 “42” 🍎'])
  await succeed([...disable, 'again'])
  exported = join(data, 'audit.ndjson')
  await writeFile(exported, await succeed(['audit', 'export', '--data', data]))
})
after(async () => {
  await directory[Symbol.asyncDispose]()
})

const verifyFile = (file: string, ...more: readonly string[]) =>
  windfall(['audit', 'verify', '--file', file, ...more])

/** The export with something else in it. */
const forge = async (change: (lines: string[]) => readonly string[]): Promise<string> => {
  const lines = (await readFile(exported, 'utf8')).trimEnd().split('\n')
  const file = join(directory.path, 'forged.ndjson')
  await writeFile(file, `${change(lines).join('\n')}\n`)
  return file
}

test('verifies an export without a server, and its checkpoint with the master key', async () => {
  const plain = await verifyFile(exported)
  assert.deepEqual([plain.code, plain.stdout], [0, 'good (lines: 3, checkpoints: 1)\n'])
  assert.match(plain.stderr, /--master-key-file/)
  const key = join(directory.path, 'master.key')
  const full = await verifyFile(exported, '--master-key-file', key)
  assert.deepEqual([full.code, full.stderr], [0, ''])
})

test('names the first bad line of an export', async () => {
  const cases: readonly (readonly [string, (lines: string[]) => readonly string[]])[] = [
    ['2 changed', (lines) => lines.map((line) => line.replace('“42”', '“43”'))],
    ['2 changed', (lines) => lines.map((line) => line.replace(/("seq":2,.*:\d\d)\.(\d+)Z/, '$1Z'))],
    ['1 changed', (lines) => lines.map((line) => line.replace('0'.repeat(64), '1'.repeat(64)))],
    ['2 removed', (lines) => lines.toSpliced(1, 1)],
    ['2 reordered', ([a = '', b = '', c = '', ...rest]) => [a, c, b, ...rest]],
    ['2 inserted', (lines) => lines.toSpliced(2, 0, lines[1] ?? '')],
    ['4 truncated', (lines) => lines.slice(0, -1)],
    ['3 truncated', (lines) => lines.toSpliced(2, 1)],
    ['3 rewritten', (lines) => lines.map((line) => line.replace(/"mac":"../, '"mac":"zz'))],
  ]
  const masterKey = loadMasterKey(join(directory.path, 'master.key'))
  for (const [expected, change] of cases) {
    const file = await forge(change)
    const { fault, isComplete } = await verifyAuditExport(readAuditFile(file), masterKey)
    assert.deepEqual([`${fault?.seq} ${fault?.kind}`, isComplete], [expected, false], fault?.detail)
  }
  const [, unsigned] = cases.at(-1) ?? []
  const file = await forge(unsigned ?? assert.fail())
  assert.equal((await verifyAuditExport(readAuditFile(file), undefined)).fault, undefined)
})

test('tells by the exit code 1 that an export is none, or not as it was written', async () => {
  for (const [change, pattern] of [
    [
      (line: string) => line.replace('“42”', '“43”'),
      /^windfall: Line 2 .* \(changed\)\n {2}hint: /,
    ],
    [(line: string) => line.replace('"reason"', '"raison"'), /line 1 of the file/],
  ] as const) {
    const { code, stdout, stderr } = await verifyFile(await forge((lines) => lines.map(change)))
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, pattern)
  }
})

const python = spawnSync('python3', ['--version']).status === 0

test('the script of docs/audit.md verifies an export, and finds what was changed', {
  skip: !python && 'python3 is absent',
}, async () => {
  const docs = readFileSync(new URL('../../docs/audit.md', import.meta.url), 'utf8')
  const script = /```python\n(.*?)```/s.exec(docs)?.[1] ?? ''
  assert.ok(script.split('\n').length <= 25)
  const run = (file: string) => spawnSync('python3', ['-c', script, file], { encoding: 'utf8' })

  const good = run(exported)
  assert.deepEqual([good.status, good.stdout], [0, 'good up to 3\n'], good.stderr)
  for (const change of [
    (lines: string[]) => lines.map((line) => line.replace('“42”', '“43”')),
    (lines: string[]) => lines.toSpliced(1, 1),
    (lines: string[]) => lines.toSpliced(0, 1, (lines[0] ?? '').replace('{', '{"more":1,')),
    (lines: string[]) => lines.slice(0, -1),
    (lines: string[]) => lines.toSpliced(2, 1),
  ]) {
    assert.equal(run(await forge(change)).status, 1)
  }
})

test('exports a time, and verifies the data itself, by the socket and over HTTPS', async () => {
  const data = directory.path
  const none = await windfall(['audit', 'export', '--data', data, '--to', '2000-01-01'])
  assert.deepEqual([none.code, none.stdout], [3, ''])
  const day = join(data, 'day.ndjson')
  await writeFile(day, await succeed(['audit', 'export', '--data', data, '--from', '2000-01-01']))
  assert.equal((await verifyFile(day)).code, 0)
  assert.match(await succeed(['audit', 'verify', '--data', data]), /^good \(lines: 3, /)
  const found = await succeed(['audit', 'list', '--data', data, '--action', 'account.disable'])
  assert.equal(found.trimEnd().split('\n').length, 3)

  await using server = await serve(data)
  assert.match(await succeed(['audit', 'verify', '--data', data]), /^good \(lines: \d+, /)
  const flags = ['--url', server.url, '--token-file', join(data, 'api-token')]
  const trust = ['--cacert', join(data, 'root.der')]
  assert.match(await succeed(['audit', 'verify', ...flags, ...trust]), /^good \(lines: \d+, /)
})

test('names the first bad line of the data by the exit code 1', async () => {
  const data = directory.path
  {
    using database = new DatabaseSync(join(data, 'windfall.db'))
    database.exec('drop trigger audit_no_update')
    database.exec(`update audit set reason = 'nothing' where seq = 2`)
  }
  const { code, stdout, stderr } = await windfall(['audit', 'verify', '--data', data, '-o', 'json'])
  assert.equal(code, 1)
  assert.match(stderr, /^windfall: Line 2 .* \(changed\)\n/)
  assert.deepEqual(JSON.parse(stdout).fault.seq, 2)
})
