import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { type Config, ConfigError, loadConfig, Secret } from './index.ts'
import { KEYS } from './key.ts'
import type { ConfigSources } from './load.ts'

test('starts without any configuration', () => {
  const config = loadConfig({ env: {} })
  assert.equal(config.data, 'windfall-data')
  assert.deepEqual(config.listen, { host: '0.0.0.0', port: 8443 })
  assert.equal(config.publicUrl, undefined)
  assert.equal(config.masterKeyFile, 'windfall-data/master.key')
  assert.equal(config.database.url, undefined)
  assert.partialDeepStrictEqual(config.ops, {
    listen: { host: '127.0.0.1', port: 8444 },
    isExplicit: false,
  })
  assert.equal(config.scep.httpListen, undefined)
  assert.equal(config.scep.staticChallenge, undefined)
  assert.deepEqual(config.ca, { keyType: 'p-256', ra: true, certificateDays: 365 })
  assert.equal(config.simulator.trust, false)
  assert.equal(config.enrollment.requireAppleSigner, true)
  assert.equal(config.enrollment.allowLegacy, false)
  assert.equal(config.profile.templateFile, 'windfall-data/profile.mobileconfig')
})

test('a flag wins over the environment, the environment over the file, the file over the default', () => {
  const files = {
    'w.json': JSON.stringify({ data: 'file', listen: '[::1]:1', log: { level: 'warn' } }),
  }
  const env = {
    WINDFALL_CONFIG: 'w.json',
    WINDFALL_DATA: 'environment',
    WINDFALL_LISTEN: '[::1]:2',
  }
  const config = load({ flags: { data: 'flag' }, env, files })
  assert.equal(config.data, 'flag')
  assert.deepEqual(config.listen, { host: '::1', port: 2 })
  assert.equal(config.log.level, 'warn')
  assert.equal(config.signer.keyType, 'p-256')
})

test('the flag --config wins over WINDFALL_CONFIG', () => {
  const files = { 'a.json': '{"data":"a"}', 'b.json': '{"data":"b"}' }
  const config = load({ flags: { config: 'a.json' }, env: { WINDFALL_CONFIG: 'b.json' }, files })
  assert.equal(config.data, 'a')
})

test('paths that nobody gave lie in the data directory', () => {
  const config = loadConfig({ flags: { data: '/srv/windfall' }, env: {} })
  assert.equal(config.masterKeyFile, '/srv/windfall/master.key')
  assert.equal(config.profile.templateFile, '/srv/windfall/profile.mobileconfig')
  assert.equal(loadConfig({ env: { WINDFALL_MASTER_KEY_FILE: '/k' } }).masterKeyFile, '/k')
})

test('an empty variable counts as not set, an empty flag does not', () => {
  const env = Object.fromEntries(KEYS.map(({ variable }) => [variable, '']))
  assert.deepEqual(loadConfig({ env }), loadConfig({ env: {} }))
  assert.deepEqual(codes({ flags: { data: '' }, env: {} }), { data: 'invalid_value' })
  assert.deepEqual(codes({ flags: { config: '' }, env: {} }), { config: 'unreadable_file' })
})

test('the file writes numbers, truth values and lists as JSON does', () => {
  const json = {
    scep: { challengeMinutes: 5, allowSingleDes: true },
    enrollment: { deviceAttributes: ['UDID', 'VERSION', 'PRODUCT', 'SERIAL'] },
  }
  const { scep, enrollment } = load({ files: { 'w.json': JSON.stringify(json) } })
  assert.equal(scep.challengeMinutes, 5)
  assert.equal(scep.allowSingleDes, true)
  assert.deepEqual(enrollment.deviceAttributes, ['UDID', 'VERSION', 'PRODUCT', 'SERIAL'])
})

test('refuses values of the file that are neither text, whole number, truth value nor list of texts', () => {
  for (const value of [null, {}, [1], 17.1, 1e300])
    assert.deepEqual(
      codes({ files: { 'w.json': JSON.stringify({ enrollment: { minimumIos: value } }) } }),
      { 'enrollment.minimumIos': 'invalid_value' },
      JSON.stringify(value),
    )
})

test('reports all faults at once, each under its key', () => {
  const env = {
    WINDFALL_CONFIG: 'w.json',
    WINDFALL_CA__RA: 'no',
    WINDFALL_DATABASE__URL_FILE: 'missing',
    WINDFALL_LISTENN: 'x',
    WINDFALL_TLS__KEY_FILE: 'key.pem',
  }
  const files = { 'w.json': '{ "log": { "level": "loud" }, "sceep": {} }' }
  assert.deepEqual(codes({ flags: { listen: 'nowhere' }, env, files }), {
    WINDFALL_LISTENN: 'unknown_key',
    'ca.ra': 'invalid_value',
    'database.url': 'unreadable_file',
    listen: 'invalid_value',
    'log.level': 'invalid_value',
    sceep: 'unknown_key',
    'tls.certificateFile': 'conflict',
  })
})

test('names the source of a faulty value', () => {
  const env = { WINDFALL_CA__RA: 'no' }
  const files = { 'w.json': '{ "log": { "level": "loud" } }' }
  const { message } = fail({ flags: { publicUrl: 'http://x' }, env, files })
  assert.match(message, /^ {2}WINDFALL_CA__RA must be true or false$/m)
  assert.match(message, /^ {2}log\.level in w\.json must be one of debug, info, warn, error$/m)
  assert.match(message, /^ {2}--public-url must be an https URL/m)
})

test('suggests the key that was meant', () => {
  const meant = {
    WINDFALL_SCEP_HTTP_LISTEN: 'WINDFALL_SCEP__HTTP_LISTEN',
    WINDFALL_PUBLICURL: 'WINDFALL_PUBLIC_URL',
    WINDFALL_DATABSE__URL: 'WINDFALL_DATABASE__URL',
    WINDFALL_PROFILE__REMOVAL_PASSWORD_FIL: 'WINDFALL_PROFILE__REMOVAL_PASSWORD_FILE',
  }
  for (const [name, suggestion] of Object.entries(meant))
    assert.match(fail({ env: { [name]: 'x' } }).message, new RegExp(`mean ${suggestion}\\?$`))
  const file = { sceep: {}, scep: { httplisten: 'off' }, 'ca.raa': true }
  const { message } = fail({ files: { 'w.json': JSON.stringify(file) } })
  for (const suggestion of ['scep', 'scep.httpListen', 'ca.ra'])
    assert.match(message, new RegExp(`mean ${suggestion.replace('.', '\\.')}\\?$`, 'm'))
  assert.doesNotMatch(fail({ env: { WINDFALL_SOMETHING_ELSE: 'x' } }).message, /did you mean/)
})

test('lets pass the variables of the client, of the tests and of Kubernetes', () => {
  const others = ['CONFIG', 'TEST_POSTGRES', 'SUITE', 'URL', 'TOKEN_FILE', 'SERVICE_HOST', 'PORT']
  const kubernetes = ['SERVICE_PORT_HTTPS', 'PORT_8443_TCP', 'PORT_8443_TCP_ADDR']
  const env = Object.fromEntries(
    [...others, ...kubernetes].map((it) => [`WINDFALL_${it}`, 'w.json']),
  )
  assert.equal(load({ env, files: { 'w.json': '{}' } }).data, 'windfall-data')
  assert.equal(loadConfig({ env: { PATH: '/bin', windfall_data: 'x' } }).data, 'windfall-data')
})

test('every secret can come from a file, without the line break at its end', () => {
  const secrets = KEYS.filter((key) => key.isSecret)
  assert.equal(secrets.length, 7)
  const text = 'postgres://windfall:hunter22@db/windfall'
  for (const end of ['', '\n', '\r\n'])
    for (const { path, variable } of secrets) {
      const config = load({ env: { [`${variable}_FILE`]: 's' }, files: { s: `${text}${end}` } })
      const value = valueAt(config, path)
      assert.ok(value instanceof Secret, path)
      assert.equal(value.reveal(), text, path)
    }
  const spaced = load({
    env: { WINDFALL_PROFILE__REMOVAL_PASSWORD_FILE: 's' },
    files: { s: ' a \n\n' },
  })
  assert.equal(spaced.profile.removalPassword?.reveal(), ' a \n')
})

test('a secret given twice, in an empty file or in a file that is not there is refused', () => {
  const key = 'profile.removalPassword'
  const file = { WINDFALL_PROFILE__REMOVAL_PASSWORD_FILE: 's' }
  const both = { ...file, WINDFALL_PROFILE__REMOVAL_PASSWORD: 'x' }
  assert.deepEqual(codes({ env: both, files: { s: 'x' } }), { [key]: 'conflict' })
  assert.deepEqual(codes({ env: file, files: { s: '\n' } }), { [key]: 'invalid_value' })
  assert.deepEqual(codes({ env: file }), { [key]: 'unreadable_file' })
  assert.deepEqual(codes({ env: { WINDFALL_LOG__LEVEL_FILE: 's' }, files: { s: 'info' } }), {
    WINDFALL_LOG__LEVEL_FILE: 'unknown_key',
  })
})

test('no secret is shown by the configuration', () => {
  const config = load({
    env: {
      WINDFALL_DATABASE__URL: 'postgres://windfall:hunter22@db/windfall',
      WINDFALL_SCEP__STATIC_CHALLENGE: 'hunter22',
    },
    files: { 'w.json': '{ "profile": { "removalPassword": "hunter22" } }' },
  })
  for (const text of [JSON.stringify(config), inspect(config, { depth: null, showHidden: true })]) {
    assert.doesNotMatch(text, /hunter22/)
    assert.equal(text.match(/\[redacted\]/g)?.length, 3)
  }
})

test('no value is shown by an error, also where the file is not JSON', () => {
  const env = {
    WINDFALL_DATABASE__URL: 'mysql://root:hunter22@db',
    WINDFALL_HUNTER: 'hunter22',
    WINDFALL_LISTEN: 'hunter22',
    WINDFALL_LOG__LEVEL: 'hunter22',
    WINDFALL_CA__RA: 'hunter22',
    WINDFALL_PUBLIC_URL: 'https://root:hunter22@db',
  }
  for (const content of [
    'hunter22',
    '{ "profile": { "removalPassword": "hunter22" ',
    '"hunter22"',
  ]) {
    const error = fail({ env, files: { 'w.json': content } })
    assert.ok(error.faults.some(({ code }) => code === 'invalid_file'))
    for (const text of [
      error.message,
      `${error}`,
      JSON.stringify(error),
      inspect(error, { depth: null }),
    ])
      assert.doesNotMatch(text, /hunter22/)
  }
})

test('a file that names what every object inherits changes nothing', () => {
  const content = '{ "__proto__": { "data": "x" }, "constructor": 1, "scep": { "__proto__": {} } }'
  assert.deepEqual(codes({ files: { 'w.json': content } }), {
    ['__proto__']: 'unknown_key',
    constructor: 'unknown_key',
    'scep.__proto__': 'unknown_key',
  })
})

interface Setting extends Partial<ConfigSources> {
  /** What can be read, by path; `w.json` is the configuration file unless another one is named. */
  readonly files?: Readonly<Record<string, string>>
}

const load = ({ flags = {}, env = {}, files = {} }: Setting): Config => {
  const readFile = (path: string): string => {
    const content = files[path]
    if (content === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' })
    return content
  }
  const config = files['w.json'] === undefined ? {} : { WINDFALL_CONFIG: 'w.json' }
  return loadConfig({ flags, env: { ...config, ...env }, readFile })
}

const fail = (setting: Setting): ConfigError => {
  try {
    load(setting)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error
  }
  assert.fail('the configuration was accepted')
}

const codes = (setting: Setting): Readonly<Record<string, string>> =>
  Object.fromEntries(fail(setting).faults.map(({ key, code }) => [key, code]))

const valueAt = (config: Config, path: string): unknown => {
  let value: unknown = config
  for (const name of path.split('.'))
    value = Object.entries(value ?? {}).find(([it]) => it === name)?.[1]
  return value
}
