import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..', '..')

/** Starts a launcher under this Node, which says that it is another version. */
const launch = (directory: string, version: string) => {
  const disguise = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`
  const preload = `data:text/javascript,${encodeURIComponent(disguise)}`
  const program = join(directory, 'bin', 'windfall.js')
  return spawnSync(process.execPath, ['--import', preload, program, '--version'], {
    encoding: 'utf8',
  })
}

for (const version of ['20.20.2', '24.0.0', '24.14.9']) {
  test(`does not start under Node ${version} where no newer one is installed, and says which it needs [security C13]`, async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'windfall-node-'))
    cpSync(join(root, 'bin'), join(directory.path, 'bin'), { recursive: true })

    const { status, stdout, stderr } = launch(directory.path, version)

    assert.equal(status, 1)
    assert.equal(stdout, '')
    assert.match(stderr, /^windfall does not run on Node [\d.]+: install Node 24\.15 or newer/)
  })
}

for (const version of ['24.15.0', '24.99.0', '25.0.0']) {
  test(`starts under Node ${version} [security C13]`, () => {
    const { status, stdout } = launch(root, version)
    assert.equal(status, 0)
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
  })
}
