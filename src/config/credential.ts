import { join } from 'node:path'
import type { ConfigFault } from './config-error.ts'
import { KEYS, type Key } from './key.ts'
import { type Given, type ReadFile, type Reading, tryReadSecret, unknownKey } from './source.ts'

/** Gives the names of the files in a folder, or throws. */
export type ListFolder = (folder: string) => readonly string[]

const PREFIX = 'windfall.'

const NAMES: ReadonlyMap<string, Key> = new Map(
  KEYS.filter(({ isSecret, isFile }) => isSecret || isFile).map(
    (key) => [`${PREFIX}${key.path}`, key] as const,
  ),
)

/**
 * Reads the folder in which systemd gives a service its credentials: `windfall.database.url` holds that secret,
 * `windfall.tls.keyFile` is that file. Credentials of other names are not ours.
 */
export const readCredentials = (
  folder: string,
  readFile: ReadFile,
  listFolder: ListFolder,
): Reading => {
  const given = new Map<string, Given>()
  const names = tryList(folder, listFolder)
  if (names === undefined) {
    const message = 'CREDENTIALS_DIRECTORY names a folder that cannot be read'
    return { given, faults: [{ key: 'credentials', code: 'unreadable_file', message }] }
  }
  const faults: ConfigFault[] = []
  for (const name of names.filter((each) => each.startsWith(PREFIX))) {
    const from = `the credential ${name}`
    const key = NAMES.get(name)
    const found = key && readCredential(key, join(folder, name), readFile)
    if (found === undefined) faults.push(unknownKey(name, from, [...NAMES.keys()]))
    else if ('text' in found) given.set(found.key, { text: found.text, source: 'credential', from })
    else
      faults.push({ key: found.key, code: 'unreadable_file', message: `${from} ${found.problem}` })
  }
  return { given, faults }
}

const tryList = (folder: string, listFolder: ListFolder): readonly string[] | undefined => {
  try {
    return listFolder(folder)
  } catch {
    return undefined
  }
}

const readCredential = ({ path, isSecret }: Key, file: string, readFile: ReadFile) => ({
  key: path,
  ...(isSecret ? tryReadSecret(file, readFile) : { text: file }),
})
