import assert from 'node:assert/strict'
import { mkdir, mkdtempDisposable, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { watchFiles } from './watch-files.ts'

/** How often the watcher of these files has told of a change, and the next time that it does. */
const observe = (...files: readonly string[]) => {
  let next = Promise.withResolvers<void>()
  const seen = { count: 0 }
  const watching = watchFiles(files, () => {
    seen.count++
    next.resolve()
    next = Promise.withResolvers<void>()
  })
  return { seen, next: () => next.promise, [Symbol.dispose]: () => watching[Symbol.dispose]() }
}

const openDirectory = () => mkdtempDisposable(join(tmpdir(), 'windfall-watch-'))

test('several files written one after another are one change', async () => {
  await using directory = await openDirectory()
  const [certificate, key] = [join(directory.path, 'tls.crt'), join(directory.path, 'tls.key')]
  await writeFile(certificate, 'a')
  await writeFile(key, 'a')
  using files = observe(certificate, key)
  const changed = files.next()
  await writeFile(certificate, 'b')
  await writeFile(key, 'b')
  await changed
  assert.equal(files.seen.count, 1)
})

test('a file that is renamed into place is noticed, and the next one after it too', async () => {
  await using directory = await openDirectory()
  const path = join(directory.path, 'tls.crt')
  await writeFile(path, 'a')
  using files = observe(path)
  for (const text of ['b', 'c']) {
    const changed = files.next()
    await writeFile(`${path}.new`, text)
    await rename(`${path}.new`, path)
    await changed
    assert.equal(await readFile(path, 'utf8'), text)
  }
})

test('the swap of links by which Kubernetes replaces a mounted secret is noticed', async () => {
  await using directory = await openDirectory()
  const { path } = directory
  const place = async (version: string): Promise<void> => {
    await mkdir(join(path, version))
    await writeFile(join(path, version, 'tls.crt'), version)
    await symlink(version, join(path, '..data_tmp'))
    await rename(join(path, '..data_tmp'), join(path, '..data'))
  }
  await place('..2026_01')
  await symlink('..data/tls.crt', join(path, 'tls.crt'))
  using files = observe(join(path, 'tls.crt'))
  const changed = files.next()
  await place('..2026_02')
  await changed
  assert.equal(await readFile(join(path, 'tls.crt'), 'utf8'), '..2026_02')
})

test('a directory that is not there is no reason to fail', () => {
  using files = observe('/nonexistent/tls.crt')
  assert.equal(files.seen.count, 0)
})
