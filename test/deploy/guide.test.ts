import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { KEYS } from '../../src/config/key.ts'
import { succeed, temporaryDirectory } from '../cli/windfall.ts'
import { CHART, callHelm, skipWithoutHelm } from './chart.ts'
import { PACKAGE, ROOT, read } from './files.ts'
import { blocksOf, commandsOf } from './guide.ts'

const PAGES = ['docs/install.md', 'docs/upgrade.md']
const commands = PAGES.flatMap(commandsOf)

interface Command {
  /** Without what stands in front of it, and without arguments: `account add`. */
  readonly name: string
  readonly options: readonly string[]
}

const windfallOf = (line: string): readonly Command[] => {
  const [, name, rest = ''] =
    /(?:^|\/bin\/|^docker .* windfall )windfall((?: [a-z][a-z-]*)+)(.*)/.exec(line) ?? []
  if (name === undefined) return []
  const options = [...rest.matchAll(/ (--[a-z-]+)/g)].map(([, option = '']) => option)
  return [{ name: name.trim().replace(/^(account add) \S+$/, '$1'), options }]
}

test('every command and option of windfall in the guides exists', async () => {
  const named = commands.flatMap(windfallOf)
  assert.ok(named.length >= 8)
  for (const { name, options } of named) {
    const help = await succeed([...name.split(' '), '--help'])
    assert.match(help, new RegExp(`^Usage: windfall ${name} `, 'm'))
    for (const option of options) assert.ok(help.includes(option), `${name} ${option}`)
  }
})

test('every file, key and folder that the guides name exists', () => {
  for (const page of PAGES) {
    const text = read(page)
    for (const [, target = ''] of text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      assert.ok(existsSync(join(ROOT, 'docs', target)), `${page}: ${target}`)
    }
    for (const [path] of text.matchAll(/\bdeploy\/[\w./-]+/g)) {
      assert.ok(existsSync(join(ROOT, path)), `${page}: ${path}`)
    }
    for (const [name] of text.matchAll(/\bWINDFALL_[A-Z_]+\b/g)) {
      assert.ok(
        KEYS.some(({ variable }) => variable === name),
        `${page}: ${name}`,
      )
    }
    for (const [, version] of text.matchAll(/\bwindfall-(\d\S+)\.tgz/g)) {
      assert.equal(version, PACKAGE.version)
    }
  }
})

test('the guide puts the program where the unit looks for it, and names its credentials', () => {
  const unit = read('deploy/systemd/windfall.service')
  const [, prefix] =
    /--prefix (\S+)/.exec(commands.find((it) => it.includes('--prefix')) ?? '') ?? []
  assert.ok(prefix && unit.includes(`\nExecStart=${prefix}/bin/windfall serve\n`))
  const guide = read('docs/install.md')
  for (const [, name] of unit.matchAll(/^LoadCredential=(.+)$/gm)) {
    assert.ok(guide.includes(`\`${name}\``), name)
  }
})

test('the secrets of compose are made as the guide says', async () => {
  await using directory = await temporaryDirectory()
  const block = blocksOf('docs/install.md').find((each) => each.includes('openssl rand -hex'))
  assert.ok(block)
  execFileSync('/bin/sh', ['-euc', block], { cwd: directory.path })
  const folder = join(directory.path, 'secrets')
  const secret = (name: string) => readFileSync(join(folder, name), 'utf8').trim()
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  assert.equal(statSync(join(folder, 'database-url')).mode & 0o777, 0o444)
  const url = new URL(secret('database-url'))
  assert.equal(url.password, secret('postgres-password'))
  assert.equal(url.password.length, 48)
  assert.equal(url.host, 'postgres')
})

test('the chart takes what the guide gives it', { skip: skipWithoutHelm }, () => {
  const installs = commands.filter((command) => command.startsWith('helm install '))
  assert.equal(installs.length, 2)
  for (const command of installs) {
    const values = [...command.matchAll(/--set (\S+)/g)].flatMap(([, value = '']) => [
      '--set',
      value,
    ])
    callHelm('template', 'windfall', CHART, '--kube-version', '1.33.0', ...values)
  }
})
