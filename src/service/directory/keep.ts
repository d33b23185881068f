import { ProtocolError, ServiceError } from '../../errors.ts'
import {
  DIRECTORY_NAME,
  DIRECTORY_SETTINGS,
  type DirectoryId,
  type DirectorySettings,
  newId,
} from '../../model/index.ts'
import { dnKey, parseFilter } from '../../protocol/ldap/index.ts'
import { parseCertificates } from '../../protocol/x509/index.ts'
import {
  type Directory,
  deleteDirectory,
  type Executor,
  findDirectoryByName,
  holdDirectory,
  insertDirectory,
  isUniqueViolation,
  listDirectories,
  MOST_DIRECTORIES,
  transact,
  updateDirectory,
} from '../../store/index.ts'
import { type Actor, recordAudit } from '../journal/index.ts'
import { contextOf, type DirectoryOptions } from './sources.ts'

export interface NewDirectory {
  readonly name: string
  readonly settings: DirectorySettings
  /** The password of `bindDn`, or what requests are signed with. */
  readonly secret?: string | undefined
  /** Undefined: behind all others. */
  readonly position?: number | undefined
  readonly isEnabled?: boolean | undefined
}

/** What is not said stays. */
export type DirectoryChange = Partial<Omit<NewDirectory, 'name'>>

export interface DirectoryDoing {
  readonly by: Actor
  readonly reason?: string | undefined
}

type Options = Pick<DirectoryOptions, 'db' | 'masterKey' | 'clock'>

const invalid = (code: string, detail: string, cause?: unknown): ServiceError =>
  new ServiceError('invalid', code, detail, { cause })

/**
 * @throws ServiceError invalid `directory_name`, `directory_settings`, `directory_secret`; conflict `directory_exists`,
 *   `directory_limit`
 */
export const addDirectory = async (
  { db, masterKey, clock }: Options,
  { name, settings, secret, position, isEnabled = true }: NewDirectory,
  { by, reason }: DirectoryDoing,
): Promise<Directory> => {
  requireNew({ name, settings, secret })
  const now = clock.now()
  const id = newId('directory', now)
  try {
    return await transact(db, async (tx) => {
      const all = await listDirectories(tx)
      if (all.length >= MOST_DIRECTORIES) {
        const detail = `there are ${MOST_DIRECTORIES} directories already`
        throw new ServiceError('conflict', 'directory_limit', detail)
      }
      const directory = {
        ...{ id, name, settings, isEnabled, createdAt: now, updatedAt: now },
        position: position ?? Math.max(0, ...all.map((each) => each.position)) + 1,
        sealedSecret: secret === undefined ? null : seal(masterKey, id, secret),
      }
      await insertDirectory(tx, directory)
      await report(tx, {
        ...{ at: now, action: 'directory.add', by, reason, subject: id },
        after: describe(directory),
      })
      return { ...directory, syncBegunAt: null, syncReport: null }
    })
  } catch (error) {
    if (!isUniqueViolation(error, 'directory_name')) throw error
    throw new ServiceError('conflict', 'directory_exists', 'there is a directory of this name')
  }
}

/** @throws ServiceError invalid `directory_name`, `directory_settings`, `directory_secret` */
export const requireNew = ({
  name,
  settings,
  secret,
}: Pick<NewDirectory, 'name' | 'settings' | 'secret'>): void => {
  if (!DIRECTORY_NAME.test(name)) {
    const detail = 'a name has 1 to 63 small letters, digits and hyphens, and is not oidc or proxy'
    throw invalid('directory_name', detail)
  }
  requireSettings(settings)
  requireSecret(settings, secret !== undefined, secret)
}

const seal = (masterKey: Options['masterKey'], id: DirectoryId, secret: string): Uint8Array =>
  masterKey.seal(Buffer.from(secret), contextOf(id))

/** @throws ServiceError not_found `directory_unknown` */
export const getDirectory = async (db: Executor, name: string): Promise<Directory> =>
  known(await findDirectoryByName(db, name))

const known = (found: Directory | undefined): Directory => {
  if (found !== undefined) return found
  throw new ServiceError('not_found', 'directory_unknown', 'there is no directory of this name')
}

/** @throws ServiceError not_found `directory_unknown`; invalid `directory_settings`, `directory_secret` */
export const changeDirectory = async (
  { db, masterKey, clock }: Options,
  { name, to }: { readonly name: string; readonly to: DirectoryChange },
  { by, reason }: DirectoryDoing,
): Promise<Directory> => {
  return await transact(db, async (tx) => {
    const before = known(await holdDirectory(tx, name))
    const { settings = before.settings, secret } = to
    const kept = requireChange(before, to)
    const now = clock.now()
    const after = {
      ...{ ...before, settings },
      position: to.position ?? before.position,
      isEnabled: to.isEnabled ?? before.isEnabled,
      sealedSecret: secret === undefined ? kept : seal(masterKey, before.id, secret),
      updatedAt: Math.max(now, before.updatedAt + 1),
    }
    await updateDirectory(tx, after)
    await report(tx, {
      ...{ at: now, action: 'directory.change', by, reason, subject: before.id },
      before: describe(before),
      after: describe(after),
      detail: { secretChanged: secret !== undefined },
    })
    return after
  })
}

/**
 * Whether a directory may become so. Returns the secret that it keeps unless there is another.
 * @throws ServiceError invalid `directory_settings`, `directory_secret`
 */
export const requireChange = (before: Directory, to: DirectoryChange): Uint8Array | null => {
  const { settings = before.settings, secret } = to
  if (to.settings !== undefined) requireSettings(to.settings)
  // Without a name to bind with there is nothing to keep.
  const isKept = settings.ldap === undefined || settings.ldap.bindDn !== undefined
  const kept = isKept ? before.sealedSecret : null
  requireSecret(settings, secret !== undefined || kept !== null, secret)
  if (kept !== null && secret === undefined) requireSameServers(before.settings, settings)
  const isOtherKind = (settings.ldap === undefined) !== (before.settings.ldap === undefined)
  if (isOtherKind) throw invalid('directory_settings', 'a directory stays of its kind')
  return kept
}

/** Its account holders stay, and can sign in no more. @throws ServiceError not_found `directory_unknown` */
export const removeDirectory = async (
  { db, clock }: Options,
  name: string,
  { by, reason }: DirectoryDoing,
): Promise<void> => {
  await transact(db, async (tx) => {
    const before = known(await holdDirectory(tx, name))
    await deleteDirectory(tx, before.id)
    await report(tx, {
      ...{ at: clock.now(), action: 'directory.remove', by, reason, subject: before.id },
      before: describe(before),
    })
  })
}

interface Report extends DirectoryDoing {
  readonly at: number
  readonly action: string
  readonly subject: DirectoryId
  readonly before?: ReturnType<typeof describe>
  readonly after?: ReturnType<typeof describe>
  readonly detail?: { readonly secretChanged: boolean }
}

const report = async (tx: Executor, { by, ...line }: Report): Promise<void> =>
  await recordAudit(tx, { ...line, actor: by.name, outcome: 'done', origin: by.origin })

/** A directory as the audit tells it; its settings hold no secret. */
const describe = ({
  name,
  settings,
  position,
  isEnabled,
}: Pick<Directory, 'name' | 'settings' | 'position' | 'isEnabled'>) => ({
  ...{ name, position, isEnabled },
  settings: JSON.stringify(settings),
})

/** @throws ServiceError invalid `directory_settings` */
const requireSettings = (settings: DirectorySettings): void => {
  const { success } = DIRECTORY_SETTINGS.safeParse(settings)
  const { ldap, http } = settings
  if (!success || (ldap === undefined) === (http === undefined)) {
    throw invalid('directory_settings', 'a directory has settings for either ldap or http')
  }
  if (ldap === undefined) return
  const { filter, base, bindDn, groups, ca } = ldap
  check('filter', () => parseFilter(filter))
  const dns = { base, bindDn, 'groups.base': groups.base, 'groups.required': groups.required }
  for (const [field, dn] of Object.entries(dns)) {
    if (dn !== undefined) check(field, () => dnKey(dn))
  }
  if (ca !== undefined) check('ca', () => parseCertificates(Buffer.from(ca)))
  if (groups.required !== undefined && groups.by === 'none') {
    throw invalid('directory_settings', 'groups.required: nobody says who is in which group')
  }
}

const check = (field: string, parse: () => unknown): void => {
  try {
    parse()
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    throw invalid('directory_settings', `${field}: ${error.message}`, error)
  }
}

/** Characters that a key for signatures has at least. */
const SHORTEST = 16

/** @throws ServiceError invalid `directory_secret` */
const requireSecret = (
  { ldap }: DirectorySettings,
  hasSecret: boolean,
  secret: string | undefined,
): void => {
  if (secret !== undefined && (secret.trim() === '' || secret.includes('\0'))) {
    throw invalid('directory_secret', 'the secret is empty')
  }
  if (ldap === undefined) {
    if (!hasSecret) throw invalid('directory_secret', 'requests are signed: a secret is needed')
    if (secret !== undefined && secret.length < SHORTEST) {
      throw invalid('directory_secret', `the secret has fewer than ${SHORTEST} characters`)
    }
  } else if ((ldap.bindDn === undefined) === hasSecret) {
    throw invalid('directory_secret', 'bindDn and its password go together')
  }
}

/**
 * The secret goes to the servers that it was given for. Whoever may name others does not learn it by that.
 * @throws ServiceError invalid `directory_secret`
 */
const requireSameServers = (before: DirectorySettings, after: DirectorySettings): void => {
  const placeOf = ({ ldap, http }: DirectorySettings): string =>
    JSON.stringify([ldap?.servers, ldap?.plain, ldap?.ca, http?.url])
  if (placeOf(before) === placeOf(after)) return
  throw invalid('directory_secret', 'for other servers the secret has to be given again')
}
