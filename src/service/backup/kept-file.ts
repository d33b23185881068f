import { join } from 'node:path'
import type { Config } from '../../config/index.ts'

/** A name in the backup, and the file that it is of. */
export type KeptFile = readonly [name: string, path: string]

const TEMPLATE = 'profile.mobileconfig'

/**
 * What a backup keeps beside the database: what windfall made itself. The master key comes last, because without it
 * no server starts on what has been restored.
 */
export const keptFiles = ({ data, masterKeyFile, profile }: Config): readonly KeptFile[] => [
  ...(profile.templateFile === join(data, TEMPLATE)
    ? [[TEMPLATE, profile.templateFile] as const]
    : []),
  ['master.key', masterKeyFile],
]
