import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { ServiceError } from '../errors.ts'
import { MasterKey } from './master-key.ts'

/**
 * Reads the master key, 32 bytes, from `file`; with `create` an absent file is made first, mode 0600.
 * @throws ServiceError `master_key_absent`, `master_key_malformed`, or `master_key_permissions` if others than
 *   the owner have any right to the file
 */
export const loadMasterKey = (file: string, options?: { readonly create: boolean }): MasterKey => {
  if (options?.create === true && !existsSync(file)) createFile(file)
  const descriptor = openFile(file)
  try {
    if (isOpenToOthers(fstatSync(descriptor))) {
      throw refusal('master_key_permissions', 'others may use the master key file: chmod 600 it')
    }
    return new MasterKey(readFileSync(descriptor))
  } finally {
    closeSync(descriptor)
  }
}

const ROOT = 0

/**
 * What root hands to a service, systemd and Kubernetes leave with root and let the service read it by its group or by
 * an access list, which shows as a right of the group.
 */
const isOpenToOthers = ({ mode, uid }: Stats): boolean => {
  const isHandedOut = uid === ROOT && process.geteuid?.() !== ROOT
  return (mode & (isHandedOut ? 0o037 : 0o077)) !== 0
}

const openFile = (file: string): number => {
  try {
    return openSync(file, 'r')
  } catch (cause) {
    if (!hasCode(cause, 'ENOENT')) throw cause
    throw refusal('master_key_absent', 'there is no master key file', { cause })
  }
}

/** A link appears whole or not at all, and never replaces the key that another process made meanwhile. */
const createFile = (file: string): void => {
  const draft = `${file}.${randomBytes(8).toString('hex')}`
  try {
    writeFileSync(draft, randomBytes(32), { mode: 0o600, flag: 'wx', flush: true })
    linkSync(draft, file)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    rmSync(draft, { force: true })
  }
  syncFolder(dirname(file))
}

/** Without it a loss of power could take the key and leave what it sealed. */
const syncFolder = (folder: string): void => {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

const refusal = (code: string, detail: string, options?: ErrorOptions): ServiceError =>
  new ServiceError('invalid', code, detail, options)
