import { timingSafeEqual } from 'node:crypto'
import { isSameJson } from '../../model/index.ts'
import { type Directory, findDirectoryByName } from '../../store/index.ts'
import {
  addDirectory,
  changeDirectory,
  type DirectoryChange,
  type DirectoryDoing,
  type NewDirectory,
  requireChange,
  requireNew,
} from './keep.ts'
import { contextOf, type DirectoryOptions } from './sources.ts'

/** What became of a directory, or would become of it, and which of its members differ from those before. */
export interface DirectoryApplied {
  readonly outcome: 'created' | 'changed' | 'same'
  readonly changed: readonly ('enabled' | 'position' | 'secret' | 'settings')[]
}

type Options = Pick<DirectoryOptions, 'db' | 'masterKey' | 'clock'>

/**
 * Makes a directory, or changes it, until it is so. Without a secret it keeps the one that it has, without a position
 * its place. @throws ServiceError as `addDirectory` and `changeDirectory`
 */
export const applyDirectory = async (
  options: Options,
  wanted: NewDirectory,
  { isTrial = false, ...doing }: DirectoryDoing & { readonly isTrial?: boolean },
): Promise<DirectoryApplied> => {
  const before = await findDirectoryByName(options.db, wanted.name)
  if (before === undefined) {
    if (isTrial) requireNew(wanted)
    else await addDirectory(options, wanted, doing)
    return { outcome: 'created', changed: [] }
  }
  const changed = differencesOf(options, before, wanted)
  if (changed.length === 0) return { outcome: 'same', changed }
  const { name, settings, position, secret, isEnabled = true } = wanted
  const to: DirectoryChange = { settings, position, secret, isEnabled }
  if (isTrial) requireChange(before, to)
  else await changeDirectory(options, { name, to }, doing)
  return { outcome: 'changed', changed }
}

const differencesOf = (
  { masterKey }: Pick<Options, 'masterKey'>,
  before: Directory,
  { settings, position, secret, isEnabled = true }: NewDirectory,
): DirectoryApplied['changed'] => {
  const { id, sealedSecret } = before
  const kept = sealedSecret === null ? undefined : masterKey.open(sealedSecret, contextOf(id))
  const isSecret =
    secret === undefined || (kept !== undefined && isEqual(Buffer.from(secret), kept))
  return [
    ...(isEnabled === before.isEnabled ? [] : (['enabled'] as const)),
    ...(position === undefined || position === before.position ? [] : (['position'] as const)),
    ...(isSecret ? [] : (['secret'] as const)),
    ...(isSameJson(settings, before.settings) ? [] : (['settings'] as const)),
  ]
}

const isEqual = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other)
