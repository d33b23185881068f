import { readFile } from 'node:fs/promises'
import type { Config } from '../../config/index.ts'
import { ServiceError } from '../../errors.ts'
import { createOutbound, type Outbound } from './outbound.ts'

/** The way out that is configured. @throws ServiceError invalid `outbound_ca_file` */
export const openOutbound = async ({ allow, caFile }: Config['outbound']): Promise<Outbound> =>
  createOutbound({
    allow: allow ?? { names: [], networks: [] },
    ca: caFile === undefined ? undefined : await readRoots(caFile),
  })

const readRoots = async (file: string): Promise<string> =>
  await readFile(file, 'utf8').catch((cause: unknown) => {
    const detail = 'the file of outbound.caFile cannot be read'
    throw new ServiceError('invalid', 'outbound_ca_file', detail, { cause })
  })
