import assert from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import {
  link,
  mkdir,
  mkdtempDisposable,
  readdir,
  readFile,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer, text as textOf } from 'node:stream/consumers'
import { test } from 'node:test'
import { restoreApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config/index.ts'
import { openWithPassphrase, sealWithPassphrase } from '../../src/keys/index.ts'
import { bearer } from '../operator.ts'
import { NO_BODIES, sendEverywhere } from './everywhere.ts'
import { openScene, stateOf } from './scene.ts'

const UP = '../../../../../../../..'

/** Ways out of a directory, as they stand in a path: none of them is made any other before it is sent. */
const WAYS_OUT = [
  `${UP}/etc/passwd`,
  `${UP}/etc/passwd`.replaceAll('.', '%2e').replaceAll('/', '%2f'),
  `${UP}/etc/passwd`.replaceAll('/', '%5c'),
  `%c0%ae%c0%ae%c0%afetc%c0%afpasswd%00${'a'.repeat(5000)}`,
]

const CONTENT = /root:.*:0:0:|SQLite format 3/

test(`${WAYS_OUT.length} ways out of a directory, on every route, lead to no file [security W12]`, async () => {
  await using scene = await openScene()
  const { server, wire } = scene
  const masterKey = await readFile(join(server.data, 'master.key'))
  const token = await readFile(join(server.data, 'api-token'), 'utf8')
  const names = await readdir(server.data)
  const before = (await stateOf(scene))['account']
  const outside = [...WAYS_OUT, `${UP}${server.data}/master.key`]
  for (const text of outside) {
    const sending = { headers: bearer(server), inPath: () => text, bodies: NO_BODIES }
    for await (const { method, path, answer } of sendEverywhere(wire, text, sending)) {
      const said = `${method} ${path.slice(0, 200)}: ${answer.status}`
      assert.ok(answer.status < 500, said)
      assert.doesNotMatch(answer.body.toString('latin1'), CONTENT, said)
      assert.ok(!answer.body.includes(masterKey) && !answer.body.includes(token.trim()), said)
    }
  }
  assert.deepEqual(await readdir(server.data), names)
  const kept = (await stateOf(scene))['account']?.filter((row) => row['name'] === 'anna')
  assert.deepEqual(kept, before)
})

const PASSPHRASE = 'a windfall of apples'

const makeBackup = async (directory: string): Promise<string> => {
  const file = join(directory, 'good.windfall')
  await using scene = await openScene()
  await scene.server.app.core.services.backups.create({ file, passphrase: PASSPHRASE })
  return file
}

const evil = { name: '', content: Buffer.from('evil').toString('base64') }

/** The same backup with more files in it. */
const rename = async (backup: string, names: readonly string[], to: string): Promise<void> => {
  const content = await textOf(openWithPassphrase(PASSPHRASE, createReadStream(backup)))
  const end = content.indexOf('\n')
  const head = JSON.parse(content.slice(0, end))
  head.files.push(...names.map((name) => ({ ...evil, name })))
  const lines = Buffer.from(`${JSON.stringify(head)}${content.slice(end)}`)
  await writeFile(to, await buffer(sealWithPassphrase(PASSPHRASE, Readable.from([lines]))))
}

test('a restore writes the files that it knows and no other, whatever the backup names [security W12]', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'windfall-traversal-'))
  const backup = await makeBackup(directory.path)
  const crafted = join(directory.path, 'crafted.windfall')
  const names = [
    '../evil',
    '../../evil',
    '/tmp/windfall-evil',
    'evil',
    'windfall.db',
    '..\\evil',
    '',
  ]
  await rename(backup, names, crafted)
  const data = join(directory.path, 'inner', 'data')
  const config = loadConfig({ env: { WINDFALL_DATA: data } })
  await restoreApp(config, { from: crafted, passphrase: PASSPHRASE })
  assert.deepEqual((await readdir(data)).sort(), [
    'master.key',
    'profile.mobileconfig',
    'windfall.db',
  ])
  assert.deepEqual(await readdir(join(directory.path, 'inner')), ['data'])
  const outside = ['crafted.windfall', 'good.windfall', 'inner']
  assert.deepEqual((await readdir(directory.path)).sort(), outside)
})

test('a restore and a backup follow no link that lies where they write [security W12]', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'windfall-traversal-'))
  const backup = await makeBackup(directory.path)
  const victim = join(directory.path, 'victim')
  await writeFile(victim, 'before')
  for (const name of ['master.key', 'profile.mobileconfig', 'windfall.db']) {
    const data = join(directory.path, name)
    await mkdir(data)
    await symlink(join(directory.path, 'absent'), join(data, name))
    const config = loadConfig({ env: { WINDFALL_DATA: data } })
    await restoreApp(config, { from: backup, passphrase: PASSPHRASE }).catch(() => {})
    assert.ok(!(await readdir(directory.path)).includes('absent'), name)
  }
  await using scene = await openScene()
  const { backups } = scene.server.app.core.services
  for (const make of [symlink, link]) {
    const file = join(directory.path, make.name)
    await make(victim, file)
    await assert.rejects(backups.create({ file, passphrase: PASSPHRASE }))
  }
  assert.equal(await readFile(victim, 'utf8'), 'before')
})
