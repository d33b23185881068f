import type { Outbound } from '../../client/outbound/index.ts'
import type { MasterKey } from '../../keys/index.ts'
import type { Clock, DirectoryId, NamedConnection } from '../../model/index.ts'
import type { Db, Directory } from '../../store/index.ts'
import { createHttpSource } from './http-source.ts'
import { createLdapSource } from './ldap-source.ts'
import type { Source } from './source.ts'

export interface DirectoryOptions {
  readonly db: Db
  readonly masterKey: MasterKey
  readonly clock: Clock
  readonly outbound: Outbound
  /** Milliseconds for all that one sign-in asks of a directory. */
  readonly deadlineMs: number
}

/** The directories as they can be asked; each is kept until it is changed. */
export interface Sources extends Disposable {
  of(directory: Directory): Source
  /** Closes those that are not in the list, or not as they were. */
  keep(directories: readonly Directory[]): void
  connections(directories: readonly Directory[]): readonly NamedConnection[]
}

/** Where the secret of a directory is sealed. */
export const contextOf = (id: DirectoryId) =>
  ({ table: 'directory', row: id, column: 'sealed_secret' }) as const

export const createSources = (options: DirectoryOptions): Sources => {
  const kept = new Map<DirectoryId, { readonly state: number; readonly source: Source }>()
  const drop = (id: DirectoryId): void => {
    kept.get(id)?.source[Symbol.dispose]()
    kept.delete(id)
  }
  const of = (directory: Directory): Source => {
    const { id, updatedAt } = directory
    const found = kept.get(id)
    if (found?.state === updatedAt) return found.source
    drop(id)
    const source = open(options, directory)
    kept.set(id, { state: updatedAt, source })
    return source
  }
  return {
    of,
    keep(directories) {
      const states = new Map(directories.map(({ id, updatedAt }) => [id, updatedAt]))
      for (const [id, { state }] of [...kept]) if (states.get(id) !== state) drop(id)
    },
    connections: (directories) =>
      directories.map((directory) => ({
        name: `directory ${directory.name}`,
        ...of(directory).connection(),
      })),
    [Symbol.dispose]() {
      for (const id of [...kept.keys()]) drop(id)
    },
  }
}

/** A directory that can be asked. @throws ServiceError unavailable `unseal_failed` */
const open = (
  { masterKey, outbound, clock, deadlineMs }: DirectoryOptions,
  { id, settings, sealedSecret }: Pick<Directory, 'id' | 'settings' | 'sealedSecret'>,
): Source => {
  const secret =
    sealedSecret === null
      ? undefined
      : Buffer.from(masterKey.open(sealedSecret, contextOf(id))).toString()
  const way = { secret, outbound, clock, deadlineMs }
  if (settings.ldap !== undefined) return createLdapSource(settings.ldap, way)
  if (settings.http !== undefined) return createHttpSource(settings.http, way)
  throw new Error('a directory is of no kind')
}
