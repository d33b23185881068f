import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { FAULTS } from '../../src/sim/index.ts'
import { ACCOUNT, startTestServer, type TestServer } from '../harness.ts'
import { temporaryDirectory } from '../scripted/device.ts'
import { makeCast, Play } from '../scripted/enrollment.ts'
import { type Result, succeed, windfall } from './windfall.ts'

const stack = new AsyncDisposableStack()
let server: TestServer
/** Serves whoever sends something well-signed. */
let careless: { readonly url: string }
let directory: string

before(async () => {
  server = stack.use(await startTestServer())
  directory = stack.use(await temporaryDirectory()).path
  const cast = await makeCast()
  careless = stack.use(await new Play(cast).start())
  await writeFile(join(directory, 'windfall.der'), server.roots[0]?.bytes ?? '')
  await writeFile(join(directory, 'careless.der'), cast.root.certificate.bytes)
})
after(() => stack.disposeAsync())

const onWindfall = (...args: readonly string[]): Promise<Result> =>
  run(server.url, 'windfall.der', ...args)
const onCareless = (...args: readonly string[]): Promise<Result> =>
  run(careless.url, 'careless.der', ...args)

const run = async (url: string, root: string, ...args: readonly string[]): Promise<Result> => {
  const [command = '', ...more] = args
  const { name, password } = ACCOUNT
  const cacert = join(directory, root)
  const common = ['--url', url, '--cacert', cacert, '--account', name, '--password-stdin']
  const places = ['--data', server.data]
  return await windfall(['sim', command, ...common, ...places, ...more], { input: password })
}

const lastLine = ({ stdout }: Result): unknown =>
  JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')

test('lists every fault with what a correct server does', async () => {
  const lines = (await succeed(['sim', 'faults', '-o', 'ndjson'])).trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    FAULTS.map(({ name, title, expects, source }) => ({ name, title, expects, source })),
  )
  assert.match(await succeed(['sim', 'faults']), /^NAME +FAULT +A CORRECT SERVER\n/)
})

test('plays one fault, step by step, and ends with the verdict', async () => {
  const text = await onWindfall('enroll', '--fault', 'phase3-udid-changed')
  assert.equal(text.code, 0, text.stderr)
  assert.match(text.stdout, /\n✓ Wrong message in phase 3 .* refused with 403\n/)
  assert.match(text.stdout, /\n✓ phase3-udid-changed +Phase 3 with another UDID than phase 2\n$/)

  const json = await onWindfall('enroll', '--fault', 'unsigned', '-o', 'ndjson')
  const { title, expects } = FAULTS.find(({ name }) => name === 'unsigned') ?? {}
  assert.deepEqual(lastLine(json), { fault: 'unsigned', title, expects, verdict: 'passed' })
})

test('exits with 1 where the server does the wrong thing, and says what was seen', async () => {
  const { code, stdout, stderr } = await onCareless('enroll', '--fault', 'scep-challenge-wrong')
  assert.equal(code, 1)
  assert.match(stdout, /\n✗ scep-challenge-wrong .*\(fault_not_refused\)\n$/)
  assert.match(stderr, /^windfall: The server failed: .*fault_not_refused/)
})

test('exits with 1 where a fault cannot be played, and says what is missing', async () => {
  const { code, stderr } = await onWindfall('enroll', '--fault', 'phase2-challenge-expired')
  assert.equal(code, 1)
  assert.match(stderr, /^windfall: The fault was not played: it needs time to pass/)
})

test('knows the difference between a fault of the server and one that was not played', async () => {
  const absent = await run('https://127.0.0.1:1', 'windfall.der', 'enroll', '--fault', 'empty')
  const unknown = await onWindfall('enroll', '--fault', 'no-such-fault')
  const half = await onWindfall('conform', '--second-account', 'bert')
  assert.deepEqual([absent.code, unknown.code, half.code], [7, 2, 2])
})

test('examines a server and reports it', async () => {
  const report = join(directory, 'report.json')
  const only = ['--only', 'empty', 'drop-after-phase2', 'scep-challenge-of-another-person']
  const { code, stdout, stderr } = await onWindfall('conform', ...only, '--report', report)
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^✓ empty .*\n✓ drop-after-phase2 .*\n– scep-challenge-of-another-person /)
  assert.match(stdout, /\n\n2 passed, 0 failed, 1 not applicable\n$/)
  const { url, counts, faults } = JSON.parse(await readFile(report, 'utf8'))
  assert.deepEqual([url, counts], [server.url, { passed: 2, failed: 0, notApplicable: 1 }])
  assert.deepEqual(
    faults.map(({ verdict }: { verdict: string }) => verdict),
    ['passed', 'passed', 'not-applicable'],
  )
})

test('a server that fails one fault does not conform', async () => {
  const only = ['--only', 'phase2-challenge-empty', 'drop-after-phase2']
  const result = await onCareless('conform', ...only, '-o', 'ndjson')
  assert.equal(result.code, 1)
  assert.deepEqual(lastLine(result), { passed: 1, failed: 1, notApplicable: 0 })
  assert.match(result.stderr, /^windfall: The server does not conform: 1 of 2 faults\./)
})

test('plays nothing against a server with which no honest device enrolls', async () => {
  const wrong = ['--account', 'nobody']
  const { code, stdout } = await onWindfall('conform', ...wrong)
  assert.deepEqual([code, stdout], [4, ''])
})

test('plays the faults between two people, with the password of the second from a file', async () => {
  const bert = { name: 'bert', password: 'another password that is long' }
  await server.app.core.services.accounts.add({ ...bert, fullName: 'Bert Example' })
  const file = join(directory, 'bert')
  await writeFile(file, `${bert.password}\n`)
  const second = ['--second-account', 'bert', '--second-password-file', file]
  const only = ['--only', 'scep-challenge-of-another-person', 'phase2-challenge-of-another-person']
  const result = await onWindfall('conform', ...second, ...only, '-o', 'ndjson')
  assert.equal(result.code, 0, result.stderr)
  assert.deepEqual(lastLine(result), { passed: 2, failed: 0, notApplicable: 0 })
})
