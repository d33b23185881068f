import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { z } from 'zod'
import { isUnreachable, npmPatience, shellEnvironment } from './npm.ts'

const root = join(import.meta.dirname, '..')
const skip = !existsSync(join(root, 'dist')) && 'not built (npm test builds first)'

const run = (cwd: string, command: string, ...args: string[]) =>
  promisify(execFile)(command, args, {
    cwd,
    env: { ...shellEnvironment, ...npmPatience },
    timeout: 240_000,
  })

const packed = z.tuple([
  z.object({
    filename: z.string(),
    files: z.array(z.object({ path: z.string(), mode: z.number() })),
  }),
])

// Not again by `prepack`: others run what lies in dist while it would be removed and made anew.
const pack = async (destination: string) => {
  const options = ['--json', '--ignore-scripts', '--pack-destination', destination]
  const [{ filename, files }] = packed.parse(
    JSON.parse((await run(root, 'npm', 'pack', ...options)).stdout),
  )
  return { tarball: join(destination, filename), files }
}

const install = (directory: string, tarball: string) =>
  run(directory, 'npm', 'install', '--no-save', '--ignore-scripts', tarball)

test('packs the built server, its launcher and no source or test', { skip }, async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'windfall-pack-'))
  const { files } = await pack(directory.path)

  const paths = files.map(({ path }) => path)
  assert.ok(paths.includes('dist/main.js'))
  assert.deepEqual(
    paths
      .filter((path) => !path.startsWith('dist/'))
      .filter((path) => !/^[A-Z]+(\.md)?$/.test(path)),
    ['bin/windfall.js', 'package.json'],
  )
  assert.deepEqual(
    paths.filter((path) => path.includes('.test.')),
    [],
  )
  assert.equal(files.find(({ path }) => path === 'bin/windfall.js')?.mode, 0o755)
})

test('runs the demo where only the tarball is installed', { skip }, async (t) => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'windfall-package-'))
  const { tarball } = await pack(directory.path)
  const failure = await install(directory.path, tarball).then(
    () => undefined,
    (error: unknown) => String(error),
  )
  if (failure !== undefined && isUnreachable(failure)) {
    t.skip('the package registry is unreachable')
    return
  }
  assert.equal(failure, undefined)

  const version = await run(directory.path, 'npx', '--no', 'windfall', '--version')
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/)
  await run(directory.path, 'npx', '--no', 'windfall', 'demo', '--exit', '--port', '0')
})
