import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { EXPLAINED_CODES, findExplanation, NEXT_ACTIONS } from '../src/model/index.ts'

const root = join(import.meta.dirname, '..')

/** What an enrollment passes through: everything here may refuse it. */
const PLACES = [
  'src/protocol/{asn1,cms,plist,profile,scep,x509}',
  'src/service/{enrollment,ca,credential,profile}',
  'src/service/account',
  'src/http/{portal,device}',
]

/** Refusals that are of other things: changing accounts, and what only the simulator or a command reads. */
const ELSEWHERE = new Set([
  'account_exists',
  'account_name',
  'account_text',
  'account_twice',
  'certificate_file',
])

const sources = PLACES.flatMap((place) => globSync(`${place}/**/*.ts`, { cwd: root }))
  .filter((path) => !path.endsWith('.test.ts'))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

/** Where a code stands in the source: as what is thrown, as what a function for that is given, or as a member `code`. */
const THROWN = [
  /\b(?:ProtocolError|PhaseRefused|ChallengeRefused|refuse|fault|refusal)\(\s*'([a-z0-9_]+)'/g,
  /\bServiceError\(\s*'[a-z_]+',\s*'([a-z0-9_]+)'/g,
  /\b(?:reason|changes: \{ code): '([a-z0-9_]+)'/g,
  /\breturn \{ code: '([a-z0-9_]+)'/g,
  // Tables of refusals, and the faults of keys.
  /^\s*\[\s*'([a-z]+_[a-z_]+)',\s/gm,
  /'(key_[a-z_]+)'/g,
]

const found = new Map(
  sources.flatMap(({ path, text }) =>
    THROWN.flatMap((pattern) => [...text.matchAll(pattern)].map(([, code = '']) => [code, path])),
  ),
)

test('every reason that an enrollment can end with is explained', () => {
  const unexplained = [...found].filter(
    ([code]) => !ELSEWHERE.has(code) && findExplanation(code) === undefined,
  )

  assert.ok(found.size > 70, `only ${found.size} were found`)
  assert.deepEqual(unexplained, [])
})

test('the search for reasons finds one of each kind', () => {
  for (const code of [
    'cms_signature',
    'challenge_unknown',
    'challenge_missing',
    'device_mismatch',
    'os_too_old',
    'key_rsa_roca',
    'sign_in_failed',
    'too_many_attempts',
    'template_value_missing',
    'timed_out',
    'erased',
  ]) {
    assert.ok(found.has(code), code)
  }
})

test('each explanation says what happened, what to do, and who has to do it', () => {
  for (const code of EXPLAINED_CODES) {
    const explanation = findExplanation(code) ?? assert.fail(code)
    assert.match(explanation.meaning, /^[A-Z].{12,}\.$/, code)
    assert.match(explanation.advice, /^[A-Z“].{12,}\.$/, code)
    assert.ok(NEXT_ACTIONS.includes(explanation.nextAction))
  }
})
