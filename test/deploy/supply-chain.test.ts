import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { z } from 'zod'
import { describeParts } from '../../deploy/sbom.ts'
import { PACKAGE, ROOT, read } from './files.ts'

const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({
        version: z.string(),
        license: z.string().optional(),
        integrity: z.string().optional(),
        dev: z.boolean().optional(),
        hasInstallScript: z.boolean().optional(),
      }),
    ),
  })
  .parse(JSON.parse(read('package-lock.json')))

const locked = Object.entries(lock.packages).filter(([path]) => path !== '')
const runtime = locked.filter(([, { dev }]) => dev !== true)

/** All of them let the server be used, changed and passed on, and ask for no more than their text. */
const LICENCES = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
])

const advisories = z.object({
  metadata: z.object({ vulnerabilities: z.object({ high: z.number(), critical: z.number() }) }),
})

interface Listed {
  readonly version?: string | undefined
  readonly dependencies?: Readonly<Record<string, Listed>> | undefined
}

const listed: z.ZodType<Listed> = z.lazy(() =>
  z.object({
    version: z.string().optional(),
    dependencies: z.record(z.string(), listed).optional(),
  }),
)

/** `name@version` of everything below; npm leaves the version out where the platform does. */
const flatten = ({ dependencies = {} }: Listed): readonly string[] =>
  Object.entries(dependencies).flatMap(([name, each]) => [
    ...(each.version === undefined ? [] : [`${name}@${each.version}`]),
    ...flatten(each),
  ])

const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort()

test('at most 20 packages are depended on directly, each in one exact version [security W18]', () => {
  const direct = { ...PACKAGE.dependencies, ...PACKAGE.optionalDependencies }
  assert.ok(Object.keys(direct).length <= 20)
  for (const [name, version] of Object.entries(direct)) {
    assert.match(version, /^\d+\.\d+\.\d+$/, name)
    assert.equal(lock.packages[`node_modules/${name}`]?.version, version, name)
  }
})

test('the lock holds a SHA-512 of every package, and the server runs no install script [security W18]', () => {
  for (const [path, { integrity }] of locked) assert.match(integrity ?? '', /^sha512-/, path)
  assert.deepEqual(
    runtime.filter(([, { hasInstallScript }]) => hasInstallScript === true),
    [],
  )
})

test('every package of the server has a licence that lets it be passed on [security W18]', () => {
  const others = runtime.filter(([, { license }]) => !LICENCES.has(license ?? ''))
  assert.deepEqual(others, [])
})

test('the bill of materials names what npm says that the server consists of [security W18]', async () => {
  const list = ['ls', '--all', '--json', '--package-lock-only', '--omit=dev']
  const { stdout } = await promisify(execFile)('npm', list, { cwd: ROOT })
  const { components } = describeParts(JSON.parse(read('package-lock.json')))
  assert.deepEqual(
    sorted(components.map(({ name, version }) => `${name}@${version}`)),
    sorted(flatten(listed.parse(JSON.parse(stdout)))),
  )
})

test('the bill of materials has licence and hash of each part, and who needs it [security W18]', () => {
  const { components, dependencies, metadata } = describeParts(
    JSON.parse(read('package-lock.json')),
  )
  const refs = components.map((component) => component['bom-ref'])
  assert.equal(new Set(refs).size, refs.length)
  for (const { purl, licenses, hashes } of components) {
    assert.equal(licenses.length, 1, purl)
    assert.deepEqual([hashes[0]?.alg, hashes[0]?.content.length], ['SHA-512', 128], purl)
  }
  const needed = new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]))
  const reached = new Set<string>()
  const reach = (ref: string): void => {
    if (reached.has(ref)) return
    reached.add(ref)
    needed.get(ref)?.forEach(reach)
  }
  reach(metadata.component['bom-ref'])
  assert.deepEqual(sorted(reached), sorted([metadata.component['bom-ref'], ...refs]))
})

test('no package of the server has a grave advisory [security W18]', async (t) => {
  const options = ['--omit=dev', '--json', '--fetch-retries=0', '--fetch-timeout=10000']
  const audit = await promisify(execFile)('npm', ['audit', ...options], { cwd: ROOT }).catch(
    (error: unknown) => error,
  )
  const { stdout } = z.object({ stdout: z.string() }).parse(audit)
  const report = advisories.safeParse(JSON.parse(stdout))
  if (!report.success) {
    t.skip('the package registry answers no question about advisories')
    return
  }
  const { high, critical } = report.data.metadata.vulnerabilities
  assert.deepEqual({ high, critical }, { high: 0, critical: 0 })
})
