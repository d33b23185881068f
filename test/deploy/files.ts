import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

export const ROOT = join(import.meta.dirname, '../..')

/** The text of a file of the repository. */
export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const versions = z.record(z.string(), z.string())

export const PACKAGE = z
  .object({
    version: z.string(),
    dependencies: versions,
    optionalDependencies: versions,
  })
  .parse(JSON.parse(read('package.json')))
