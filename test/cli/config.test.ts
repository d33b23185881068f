import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { runHere } from './here.ts'
import { temporaryDirectory } from './windfall.ts'

const explain = async (
  key: string,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
) => {
  const { stdout } = await runHere(['config', 'explain', key, '-o', 'json', ...args], env)
  const { value, source, from, default: standard } = JSON.parse(stdout)
  return { value, source, from, standard }
}

test('explains where a value comes from: flag, environment, file or default', async () => {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, 'windfall.json')
  await writeFile(file, '{ "data": "a", "log": { "level": "warn" } }')
  const env = { WINDFALL_CONFIG: file, WINDFALL_DATA: 'b' }
  const standard = 'windfall-data'
  assert.deepEqual(await explain('data', env, ['--data', 'c']), {
    ...{ value: 'c', source: 'flag', from: '--data', standard },
  })
  assert.deepEqual(await explain('data', env), {
    ...{ value: 'b', source: 'environment', from: 'WINDFALL_DATA', standard },
  })
  assert.deepEqual(await explain('WINDFALL_LOG__LEVEL', env), {
    ...{ value: 'warn', source: 'file', from: `log.level in ${file}`, standard: 'info' },
  })
  assert.deepEqual(await explain('data'), { value: null, source: 'default', from: null, standard })
})

test('shows no secret, however it was given', async () => {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, 'secret')
  await writeFile(file, 'CANARY in a file\n')
  const env = {
    WINDFALL_SCEP__STATIC_CHALLENGE: 'CANARY challenge',
    WINDFALL_DATABASE__URL: 'postgres://windfall:CANARY@db.example.com/windfall',
    WINDFALL_PROFILE__REMOVAL_PASSWORD_FILE: file,
  }
  for (const key of ['scep.staticChallenge', 'database.url', 'profile.removalPassword']) {
    for (const format of ['table', 'json']) {
      const { code, stdout, stderr } = await runHere(['config', 'explain', key, '-o', format], env)
      assert.equal(code, 0)
      assert.match(stdout, /\[redacted\]/)
      assert.doesNotMatch(stdout + stderr, /CANARY/)
    }
  }
  for (const format of ['table', 'json', 'ndjson']) {
    const { code, stdout } = await runHere(['config', 'show', '-o', format], env)
    assert.equal(code, 0)
    assert.equal(stdout.match(/\[redacted\]/g)?.length, 3)
    assert.doesNotMatch(stdout, /CANARY/)
  }
})

test('explains a key to people, with what is wrong with its value', async () => {
  const { code, stdout } = await runHere(['config', 'explain', 'ca.ra'], { WINDFALL_CA__RA: 'no' })
  assert.equal(code, 0)
  for (const line of [
    /^ca\.ra$/m,
    /^ {2}variable +WINDFALL_CA__RA$/m,
    /^ {2}form +true or false$/m,
    /^ {2}default +true$/m,
    /^ {2}value +no$/m,
    /^ {2}from +WINDFALL_CA__RA$/m,
    /^ {2}fault +WINDFALL_CA__RA must be true or false$/m,
  ]) {
    assert.match(stdout, line)
  }
})

test('suggests the key that was meant', async () => {
  for (const [name, meant] of [
    ['scep.httplistn', 'scep.httpListen'],
    ['WINDFALL_PUBLICURL', 'WINDFALL_PUBLIC_URL'],
  ] as const) {
    const { code, stderr } = await runHere(['config', 'explain', name])
    assert.equal(code, 3)
    assert.ok(stderr.includes(`Did you mean ${meant}?`), stderr)
  }
})

test('shows nothing of a configuration that cannot be used but its faults', async () => {
  const { code, stdout, stderr } = await runHere(['config', 'show'], { WINDFALL_LISTEN: 'nowhere' })
  assert.deepEqual([code, stdout], [6, ''])
  assert.match(stderr, /WINDFALL_LISTEN must be a host and a port/)
})

test('prints the schema that lies in docs', async () => {
  const { stdout } = await runHere(['config', 'schema'])
  const file = new URL('../../docs/windfall.schema.json', import.meta.url)
  assert.deepEqual(JSON.parse(stdout), JSON.parse(await readFile(file, 'utf8')))
})
