import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, loadConfig } from './index.ts'
import type { ConfigSources } from './load.ts'

const FOLDER = '/run/credentials/windfall.service'
const URL_TEXT = 'postgres://windfall:hunter22@db/windfall'

const load = (credentials: Readonly<Record<string, string>>, env: ConfigSources['env'] = {}) =>
  loadConfig({
    env: { CREDENTIALS_DIRECTORY: FOLDER, ...env },
    listFolder: () => Object.keys(credentials),
    readFile: (path) => credentials[path.slice(FOLDER.length + 1)] ?? assert.fail(path),
  })

test('a credential holds a secret, or is the file that a key names', () => {
  const config = load({
    'windfall.database.url': `${URL_TEXT}\n`,
    'windfall.masterKeyFile': 'not read here',
    'windfall.tls.certificateFile': 'not read here',
    'windfall.tls.keyFile': 'not read here',
  })
  assert.equal(config.database.url?.reveal(), URL_TEXT)
  assert.equal(config.masterKeyFile, `${FOLDER}/windfall.masterKeyFile`)
  assert.equal(config.tls.certificateFile, `${FOLDER}/windfall.tls.certificateFile`)
  assert.equal(config.tls.keyFile, `${FOLDER}/windfall.tls.keyFile`)
})

test('the environment wins over a credential, a credential over the file', () => {
  const other = 'postgres://other@db/windfall'
  const credentials = {
    'windfall.database.url': URL_TEXT,
    '../w.json': `{"database":{"url":"${other}"}}`,
  }
  const inFile = { WINDFALL_CONFIG: `${FOLDER}/../w.json` }
  assert.equal(load(credentials, inFile).database.url?.reveal(), URL_TEXT)
  const inEnvironment = { WINDFALL_DATABASE__URL: other }
  assert.equal(load(credentials, inEnvironment).database.url?.reveal(), other)
})

test('a credential with our prefix that is no secret or file is refused, any other left alone', () => {
  assert.equal(load({ 'sshd.key': 'x' }).database.url, undefined)
  assert.throws(
    () => load({ 'windfall.databse.url': URL_TEXT, 'windfall.log.level': 'debug' }),
    (error: unknown) => {
      assert.ok(error instanceof ConfigError)
      assert.deepEqual(
        error.faults.map(({ key, code }) => [key, code]),
        [
          ['windfall.databse.url', 'unknown_key'],
          ['windfall.log.level', 'unknown_key'],
        ],
      )
      assert.match(error.message, /mean windfall\.database\.url\?$/m)
      assert.doesNotMatch(error.message, /hunter22/)
      return true
    },
  )
})

test('a faulty credential is named, without its value', () => {
  assert.throws(() => load({ 'windfall.scep.staticChallenge': 'hunter' }), {
    message: /^ {2}the credential windfall\.scep\.staticChallenge must be at least 8 characters/m,
  })
})

test('where systemd gives no credentials nothing is looked for', () => {
  const config = loadConfig({ env: { CREDENTIALS_DIRECTORY: '' }, listFolder: assert.fail })
  assert.equal(config.database.url, undefined)
})

test('a folder of credentials that is not there is a fault like any other', () => {
  assert.throws(() => loadConfig({ env: { CREDENTIALS_DIRECTORY: '/nowhere' } }), {
    name: 'ConfigError',
    message: /^ {2}CREDENTIALS_DIRECTORY names a folder that cannot be read$/m,
  })
})
