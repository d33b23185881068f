import { readFileSync } from 'node:fs'
import { z } from 'zod'

const entry = z.object({
  version: z.string(),
  license: z.string().optional(),
  integrity: z.string().optional(),
  dev: z.boolean().optional(),
  optional: z.boolean().optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
  peerDependencies: z.record(z.string(), z.string()).optional(),
})
const lockFile = z.object({ name: z.string(), packages: z.record(z.string(), entry) })

type Entry = z.output<typeof entry>
type Packages = Readonly<Record<string, Entry>>

/** What the server runs with, by the lock: CycloneDX 1.6, the same for the same lock, without what only builds and tests. */
export const describeParts = (lock: unknown) => {
  const { name, packages } = lockFile.parse(lock)
  const { '': root, ...others } = packages
  if (root === undefined) throw new Error('the lock does not say what it is the lock of')
  const runtime = Object.entries(others).filter(([, { dev }]) => dev !== true)
  const parts = new Map(runtime.map(([path, each]) => [purl(nameOf(path), each), { path, each }]))
  const self = purl(name, root)
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { type: 'application', 'bom-ref': self, ...describe(name, root), purl: self },
    },
    components: [...parts].map(([ref, { path, each }]) => ({
      type: 'library',
      'bom-ref': ref,
      ...describe(nameOf(path), each),
      scope: each.optional === true ? 'optional' : 'required',
      hashes: each.integrity === undefined ? [] : [readIntegrity(each.integrity)],
      purl: ref,
    })),
    dependencies: [[self, { path: '', each: root }] as const, ...parts].map(
      ([ref, { path, each }]) => ({ ref, dependsOn: needs(packages, path, each) }),
    ),
  }
}

const MODULES = 'node_modules/'

/** `node_modules/a/node_modules/@b/c` is `@b/c`. */
const nameOf = (path: string): string => path.slice(path.lastIndexOf(MODULES) + MODULES.length)

const purl = (name: string, { version }: Entry): string =>
  `pkg:npm/${name.replace('@', '%40')}@${version}`

const describe = (name: string, { version, license }: Entry) => ({
  name,
  version,
  licenses: license === undefined ? [] : [{ expression: license }],
})

/** `sha512-` and base64, as the lock has it. */
const readIntegrity = (integrity: string) => {
  const [, algorithm = '', digest = ''] = /^sha(\d+)-([\w+/]+=*)$/.exec(integrity) ?? []
  return { alg: `SHA-${algorithm}`, content: Buffer.from(digest, 'base64').toString('hex') }
}

const needs = (packages: Packages, path: string, each: Entry): readonly string[] => {
  const names = [each.dependencies, each.optionalDependencies, each.peerDependencies].flatMap(
    (group) => Object.keys(group ?? {}),
  )
  const found = names.map((name) => find(packages, path, name))
  return [...new Set(found.filter((ref) => ref !== undefined))].sort()
}

/** As Node does: beside the package first, then beside whatever holds it. */
const find = (packages: Packages, path: string, name: string): string | undefined => {
  const found = packages[`${path === '' ? '' : `${path}/`}${MODULES}${name}`]
  if (found !== undefined) return found.dev === true ? undefined : purl(name, found)
  if (path === '') return undefined
  const holder = path.lastIndexOf(`/${MODULES}`)
  return find(packages, holder === -1 ? '' : path.slice(0, holder), name)
}

if (import.meta.main) {
  const lock = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')
  process.stdout.write(`${JSON.stringify(describeParts(JSON.parse(lock)), null, 2)}\n`)
}
