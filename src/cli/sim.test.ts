import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { before, test } from 'node:test'
import { temporaryDirectory } from '../../test/scripted/device.ts'
import { type Cast, makeCast, Play, type Script } from '../../test/scripted/enrollment.ts'
import { type DeviceAuthority, loadDevice, loadDeviceAuthority } from '../sim/index.ts'
import { CommandError, ExitCode } from './exit.ts'
import { simCommand } from './sim.ts'

let cast: Cast

before(async () => {
  cast = await makeCast()
})

interface Result {
  readonly stdout: string
  readonly stderr: string
  /** What the command threw. */
  readonly error: unknown
}

const run = async (args: readonly string[], stdin = 'secret\n'): Promise<Result> => {
  const stdout: string[] = []
  const stderr: string[] = []
  const terminal = {
    stdin: Readable.from([stdin]),
    stdout: collector(stdout),
    stderr: collector(stderr),
    env: {},
    signal: new AbortController().signal,
    hangUp: new EventEmitter(),
  }
  const silent = { writeOut: () => {}, writeErr: () => {} }
  const command = simCommand(terminal)
  for (const each of [command, ...command.commands]) each.exitOverride().configureOutput(silent)
  try {
    await command.parseAsync([...args], { from: 'user' })
    return { stdout: stdout.join(''), stderr: stderr.join(''), error: undefined }
  } catch (error) {
    return { stdout: stdout.join(''), stderr: stderr.join(''), error }
  }
}

const collector = (texts: string[]): Writable =>
  new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => {
      texts.push(text)
      done()
    },
  })

const runEnroll = async (
  directory: string,
  args: readonly string[],
  change: (play: Play) => Partial<Script> = () => ({}),
): Promise<Result> => {
  await using server = await new Play(cast).start(change)
  const cacert = join(directory, 'root.cer')
  await writeFile(cacert, cast.root.certificate.bytes)
  const common = ['--url', server.url, '--account', 'anna', '--password-stdin', '--cacert', cacert]
  return await run(['enroll', ...common, '--data', directory, ...args])
}

const exitCodeOf = ({ error }: Result): ExitCode | undefined => {
  assert.ok(error instanceof CommandError)
  return error.exitCode
}

test('prints each step as one JSON line, and how it ended as the last', async () => {
  await using directory = await temporaryDirectory()
  const args = ['--udid', 'U-1', '--serial', 'S1', '-o', 'ndjson']
  const { stdout, error } = await runEnroll(directory.path, args)
  assert.equal(error, undefined)
  const lines: readonly Record<string, unknown>[] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const steps = lines.slice(0, -1).map(({ step }) => step)
  assert.deepEqual(steps, [
    'sign_in',
    'phase2',
    'get_ca_cert',
    'get_ca_caps',
    'pki_operation',
    'phase3',
    'decrypt',
  ])
  const end = lines.at(-1)
  assert.equal(end?.['outcome'], 'configured')
  const device = { udid: 'U-1', serialNumber: 'S1', product: 'iPhone15,2', build: '23B85' }
  assert.deepEqual(end['device'], device)
})

test('prints a line of text a step, in which nothing moves the cursor', async () => {
  await using directory = await temporaryDirectory()
  const { stdout, error } = await runEnroll(directory.path, [], () => ({
    capabilities: () => ({ body: 'SHA-256\nAES\n\u001b[2J\n' }),
  }))
  assert.equal(error, undefined)
  const lines = stdout.trimEnd().split('\n')
  assert.equal(lines.length, 7)
  for (const line of lines) assert.match(line, /^✓ .{30} +[\d.]+ ms {2}\P{Cc}+$/u)
})

test('prints everything as one JSON document', async () => {
  await using directory = await temporaryDirectory()
  const { stdout } = await runEnroll(directory.path, ['-o', 'json'])
  const { steps, outcome } = JSON.parse(stdout)
  assert.deepEqual([steps.length, outcome], [7, 'configured'])
})

test('tells a refused sign-in, a refusal and a redirect by the exit code', async () => {
  await using directory = await temporaryDirectory()
  const { path } = directory
  const signIn = await runEnroll(path, [], () => ({ phase1: () => ({ status: 401 }) }))
  const refusal = await runEnroll(path, [], () => ({ phase2: () => ({ status: 403 }) }))
  const redirect = await runEnroll(path, [], () => ({ phase3: () => ({ status: 301 }) }))
  assert.deepEqual([signIn, refusal, redirect].map(exitCodeOf), [
    ExitCode.notPermitted,
    ExitCode.failed,
    ExitCode.failed,
  ])
  assert.match(refusal.stdout, /\n✗ Identify the device .*the server answered 403\n$/)
})

test('tells a server that cannot be reached or trusted by the exit code', async () => {
  await using directory = await temporaryDirectory()
  const { path } = directory
  const other = join(path, 'other.cer')
  await writeFile(other, cast.profileSigner.certificate.bytes)
  const untrusted = await runEnroll(path, ['--cacert', other])
  const absent = await runEnroll(path, ['--url', 'https://127.0.0.1:1'])
  assert.deepEqual([untrusted, absent].map(exitCodeOf), [
    ExitCode.unreachable,
    ExitCode.unreachable,
  ])
})

test('refuses plain HTTP, an empty password and files that are no certificates', async () => {
  await using directory = await temporaryDirectory()
  const common = ['enroll', '--account', 'anna', '--password-stdin', '--data', directory.path]
  const https = ['--url', 'https://127.0.0.1:1']
  const results = [
    await run([...common, '--url', 'http://127.0.0.1']),
    await run([...common, ...https], '\n'),
    await run([...common, ...https, '--cacert', join(directory.path, 'absent.pem')]),
    await run([...common, ...https, '--cacert', new URL(import.meta.url).pathname]),
  ]
  const { invalid } = ExitCode
  assert.deepEqual(results.map(exitCodeOf), [invalid, invalid, invalid, invalid])
})

test('does not mix an identity from a directory with other facts', async () => {
  const { error } = await run([
    'enroll',
    '--url',
    'https://a',
    '--account',
    'a',
    '--password-stdin',
    '--identity',
    'x',
    '--udid',
    'u',
  ])
  assert.ok(error instanceof Error && 'code' in error)
  assert.equal(error.code, 'commander.conflictingOption')
})

test('writes an identity of the device CA in the data directory, which can enroll', async () => {
  await using directory = await temporaryDirectory()
  const { path } = directory
  const out = join(path, 'device')
  const written = await run(['identity', '--product', 'iPhone16,1', '--out', out, '--data', path])
  assert.equal(written.error, undefined)
  const authority: DeviceAuthority = await loadDeviceAuthority(join(path, 'simulator'))
  const { identity, facts } = await loadDevice(out)
  assert.equal(facts.PRODUCT, 'iPhone16,1')
  assert.deepEqual(
    Buffer.from(identity.certificate.issuer),
    Buffer.from(authority.certificate.subject),
  )
  const { error, stdout } = await runEnroll(path, ['--identity', out, '-o', 'json'])
  assert.equal(error, undefined)
  assert.equal(JSON.parse(stdout).device.udid, facts.UDID)
})
