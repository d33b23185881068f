import { basename, dirname, posix } from 'node:path'

/** One import; `to` is a path below the root for our own files, else the bare specifier. */
export interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

// Everyone may import errors.ts and its own layer; `type:` allows type imports only.
const below = ['catalogue', 'model', 'protocol', 'type:config']
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': [],
  'protocol/asn1': [],
  'protocol/x509': ['protocol/asn1'],
  'protocol/cms': ['protocol/asn1', 'protocol/x509'],
  'protocol/scep': ['protocol/asn1', 'protocol/x509', 'protocol/cms'],
  'protocol/plist': [],
  'protocol/csv': [],
  'protocol/profile': ['protocol/plist'],
  'protocol/mdm': ['protocol/plist'],
  'protocol/ldap': ['protocol/asn1'],
  catalogue: ['protocol'],
  model: ['protocol'],
  config: ['protocol'],
  store: ['model', 'protocol', 'type:config'],
  keys: ['model', 'protocol', 'type:config'],
  client: ['model', 'protocol', 'type:config'],
  service: ['store', 'keys', 'client', ...below],
  http: ['service', ...below],
  jobs: ['service', ...below],
  sim: ['protocol'],
  'core.ts': ['service', 'store', 'keys', 'client', 'type:http', 'sim', 'config', ...below],
  'app.ts': [
    'core.ts',
    'service',
    'store',
    'keys',
    'client',
    'http',
    'jobs',
    'sim',
    'config',
    ...below,
  ],
  'api-client': [],
  cli: ['app.ts', 'api-client', 'sim', 'config', 'protocol', 'catalogue', 'model'],
  'main.ts': ['cli'],
}

/** Folders that hold several folders, each with an index.ts of its own. */
const containers = ['protocol', 'client', 'service', 'http']

// Biome's formatting makes a pattern sufficient: type imports, re-exports, lists over several
// lines, dynamic imports, `import('…').Type` and workers.
const importPattern =
  /^\s*(?:import|export)\s(type\s)?(?:[^'"`;]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'|\bnew URL\(\s*'([^']+\.ts)'/gm

export function readImports(from: string, text: string): Import[] {
  return [...text.matchAll(importPattern)].map(([, type, named, dynamic, worker]) => {
    const specifier = named ?? dynamic ?? worker ?? ''
    const to = specifier.startsWith('.') ? posix.join(dirname(from), specifier) : specifier
    return { from, to, typeOnly: type !== undefined }
  })
}

export function findDownwardBreaches(imports: readonly Import[]): string[] {
  return imports
    .filter(({ to }) => to.startsWith('src/') && to !== 'src/errors.ts')
    .filter(({ from, to, typeOnly }) => {
      const [source, target] = [layerOf(from), layerOf(to)]
      const names = [target, target.replace(/\/.*/, '')]
      const accepted = typeOnly ? [...names, ...names.map((name) => `type:${name}`)] : names
      return source !== target && !accepted.some((name) => mayImport[source]?.includes(name))
    })
    .map(describe)
}

export function findEntryBreaches(imports: readonly Import[]): string[] {
  return imports
    .filter(({ from, to }) => to.startsWith('src/') && !isEntrance(from, to))
    .map(describe)
}

/** Circles between folders. A folder and the folder that holds it count as one. */
export function findCycles(imports: readonly Import[]): string[] {
  const edges = new Map<string, Set<string>>()
  for (const { from, to } of imports) {
    const [source, target] = [folderOf(from), folderOf(to)]
    if (!to.startsWith('src/') || isWithin(source, target) || isWithin(target, source)) continue
    edges.set(source, (edges.get(source) ?? new Set()).add(target))
  }
  const cycles = new Map<string, string>()
  const finished = new Set<string>()
  const walk = (folder: string, path: readonly string[]): void => {
    if (path.includes(folder)) {
      const circle = path.slice(path.indexOf(folder))
      cycles.set([...circle].sort().join(), [...circle, folder].join(' → '))
    } else if (!finished.has(folder)) {
      for (const next of edges.get(folder) ?? []) walk(next, [...path, folder])
      finished.add(folder)
    }
  }
  for (const folder of edges.keys()) walk(folder, [])
  return [...cycles.values()]
}

/** `src/protocol/cms/key.ts` → `protocol/cms`, `src/store/a.ts` → `store`, `src/app.ts` → `app.ts`. */
function layerOf(path: string): string {
  const [, first = '', second = ''] = path.split('/')
  return first === 'protocol' ? `${first}/${second}` : first
}

/** Same folder, a folder that holds ours, or the index.ts of the outermost folder we are not in. */
function isEntrance(from: string, to: string): boolean {
  const target = dirname(to)
  if (isWithin(dirname(from), target)) return true
  const parts = to.split('/')
  const outermost = parts.findIndex(
    (_, depth) => !isWithin(dirname(from), parts.slice(0, depth + 1).join('/')),
  )
  const door = parts.slice(0, outermost + 1)
  const isContainer = door.length === 2 && containers.includes(door[1] ?? '')
  return (
    basename(to) === 'index.ts' &&
    (target === door.join('/') || (isContainer && parts.length === door.length + 2))
  )
}

const isWithin = (folder: string, outer: string) =>
  folder === outer || folder.startsWith(`${outer}/`)
const folderOf = (path: string) => dirname(path).slice('src/'.length) || basename(path)
const describe = ({ from, to }: Import) => `${from} → ${to}`
