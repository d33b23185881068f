import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { suggest } from '../../config/index.ts'
import { toInputError } from '../failure.ts'
import { readSecret } from '../input.ts'
import type { Terminal } from '../terminal.ts'
import { check } from './check.ts'
import { type ManifestDocument, parseManifestFile } from './document.ts'
import type { ManifestFault } from './fault.ts'
import { KINDS, type ManifestObject, type ReadObject } from './kind.ts'

export const API_VERSION = 'windfall/v1'

const HEADER = z.strictObject({
  apiVersion: z.literal(API_VERSION, `must be ${API_VERSION}`),
  kind: z.string(),
  metadata: z.strictObject({ name: z.string().min(1) }),
  spec: z.unknown().optional(),
})

export interface Manifest {
  /** Those without a fault. */
  readonly objects: readonly ManifestObject[]
  readonly faults: readonly ManifestFault[]
}

/**
 * The objects of YAML files, and everything that is wrong with them: `path` is a file, a folder with all that is below
 * it, or `-` for standard input. @throws CommandError `invalid` for what cannot be read
 */
export const readManifest = async (
  paths: readonly string[],
  terminal: Terminal,
): Promise<Manifest> => {
  const objects: ManifestObject[] = []
  const faults: ManifestFault[] = []
  for (const { file, text } of await readAll(paths, terminal)) {
    const parsed = parseManifestFile(file, text)
    faults.push(...parsed.faults)
    for (const document of parsed.documents) {
      const read = await readObject(document, terminal)
      if (read.ok) objects.push(read.object)
      else faults.push(...read.faults)
    }
  }
  const all = [...faults, ...findDoubles(objects)]
  return { objects: inOrder(objects), faults: all.toSorted(byPlace) }
}

const byPlace = (one: ManifestFault, other: ManifestFault): number =>
  one.file === other.file ? one.line - other.line : one.file < other.file ? -1 : 1

const readObject = async (document: ManifestDocument, { env }: Terminal): Promise<ReadObject> => {
  const checked = check(HEADER, document.value, { document })
  if (!checked.ok) return checked
  const { kind: wanted, metadata, spec } = checked.value
  const kind = KINDS.find(({ name }) => name === wanted)
  const { file } = document
  if (kind !== undefined) {
    return await kind.read({ name: metadata.name, spec }, document, { file, env })
  }
  const names = KINDS.map(({ name }) => name)
  const meant = suggest(wanted, names)
  const hint = meant === undefined ? `there are ${names.join(', ')}` : `did you mean ${meant}?`
  const message = `there is no such kind; ${hint}`
  return { ok: false, faults: [{ file, line: document.lineOf(['kind']), path: 'kind', message }] }
}

/** What others refer to comes first; else as in the files. */
const inOrder = (objects: readonly ManifestObject[]): readonly ManifestObject[] =>
  KINDS.flatMap(({ name }) => objects.filter(({ kind }) => kind === name))

const findDoubles = (objects: readonly ManifestObject[]): readonly ManifestFault[] => {
  const seen = new Map<string, ManifestObject>()
  return objects.flatMap((object) => {
    const { kind, name, file, line } = object
    const before = seen.get(`${kind} ${name}`)
    seen.set(`${kind} ${name}`, before ?? object)
    if (before === undefined) return []
    const message = `${kind} ${name} is also in ${before.file}:${before.line}`
    return [{ file, line, path: 'metadata.name', message }]
  })
}

interface ManifestFile {
  readonly file: string
  readonly text: string
}

const readAll = async (
  paths: readonly string[],
  terminal: Terminal,
): Promise<readonly ManifestFile[]> => {
  const files: ManifestFile[] = []
  try {
    for (const path of paths) {
      if (path === '-') files.push({ file: '-', text: await readSecret('-', terminal) })
      else
        for (const file of await findFiles(path))
          files.push({ file, text: await readFile(file, 'utf8') })
    }
  } catch (error) {
    throw toInputError(error)
  }
  return files
}

const findFiles = async (path: string): Promise<readonly string[]> => {
  if (!(await stat(path)).isDirectory()) return [path]
  const names = await readdir(path, { recursive: true })
  return names
    .filter((name) => /\.ya?ml$/.test(name))
    .toSorted()
    .map((name) => join(path, name))
}
