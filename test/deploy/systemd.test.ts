import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { loadConfig } from '../../src/config/index.ts'
import { temporaryDirectory } from '../cli/windfall.ts'
import { read } from './files.ts'

const run = promisify(execFile)
const text = read('deploy/systemd/windfall.service')

const settings = (name: string): readonly string[] =>
  [...text.matchAll(/^(\w+)=(.*)$/gm)].flatMap(([, each, value]) =>
    each === name ? [value ?? ''] : [],
  )

const findSystemd = (): string | false => {
  try {
    const [, version] =
      /systemd (\d+)/.exec(execFileSync('systemd-analyze', ['--version'], { encoding: 'utf8' })) ??
      []
    return Number(version) < 251 && `systemd ${version} is older than 251`
  } catch {
    return 'systemd is not installed'
  }
}
const skip = findSystemd()

/** The unit, with a program that is there on every machine. */
const writeUnit = async (folder: string): Promise<string> => {
  const file = join(folder, 'windfall.service')
  await writeFile(file, text.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'))
  return file
}

test('systemd understands every line of the unit', { skip }, async () => {
  await using directory = await temporaryDirectory()
  const file = await writeUnit(directory.path)
  const { stderr } = await run('systemd-analyze', ['verify', '--man=no', file])
  assert.equal(stderr, '')
})

test('systemd counts the exposure of the unit below 2 of 10', { skip }, async () => {
  await using directory = await temporaryDirectory()
  const file = await writeUnit(directory.path)
  await run('systemd-analyze', ['security', '--offline=true', '--threshold=20', '--no-pager', file])
})

test('the unit runs as nobody in particular, with nothing to write but its state', () => {
  for (const name of [
    'DynamicUser',
    'NoNewPrivileges',
    'ProtectHome',
    'PrivateTmp',
    'PrivateUsers',
  ]) {
    assert.deepEqual(settings(name), ['yes'], name)
  }
  assert.deepEqual(settings('ProtectSystem'), ['strict'])
  assert.deepEqual(settings('CapabilityBoundingSet'), [''])
  assert.deepEqual(settings('StateDirectory'), ['windfall'])
  assert.deepEqual(settings('ReadWritePaths'), [])
  assert.match(settings('Environment')[0] ?? '', /\bWINDFALL_DATA=%S\/windfall$/)
})

test('the server takes each credential of the unit, and all secrets are among them', () => {
  const credentials = settings('LoadCredential')
  const value = 'postgres://windfall:secret@db/windfall'
  const config = loadConfig({
    env: { CREDENTIALS_DIRECTORY: '/run/credentials/windfall.service' },
    listFolder: () => credentials,
    readFile: () => value,
  })
  const secrets = [config.database.url, config.scep.staticChallenge, config.profile.removalPassword]
  assert.deepEqual(
    secrets.map((secret) => secret?.reveal()),
    [value, value, value],
  )
  const files = [config.masterKeyFile, config.tls.keyFile, config.signer.keyFile]
  for (const file of files) assert.match(file ?? '', /^\/run\/credentials\/windfall\.service\//)
})

test('the unit waits longer for a stop than the requests under way may take', () => {
  assert.ok(Number.parseInt(settings('TimeoutStopSec')[0] ?? '', 10) > 20)
})
