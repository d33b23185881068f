import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../config/index.ts'
import { ServiceError } from '../../errors.ts'

/**
 * For a database without keys: a data directory in which a server has run already says that there were some. Devices
 * trust the CA that is lost, so another one must not take its place unasked.
 * @throws ServiceError conflict `database_lost`
 */
export const requireNewInstallation = ({ data }: Config): void => {
  if (!existsSync(join(data, 'root.der'))) return
  const detail = `A server has run in ${data}, and the database that it used is not here or is empty.`
  throw new ServiceError('conflict', 'database_lost', detail)
}
