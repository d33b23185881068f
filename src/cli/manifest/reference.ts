import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'

/** A text that stands elsewhere: in a file, named from the folder of the one that says so, or in the environment. */
export const REFERENCE = z.union([
  z.strictObject({ file: z.string().min(1) }),
  z.strictObject({ env: z.string().min(1) }),
])

type Reference = z.output<typeof REFERENCE>

/** Where references lead to. */
export interface ReferenceContext {
  /** The file in which they stand. */
  readonly file: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What stands there. @throws Error with what is missing */
export const readReference = async (
  reference: Reference,
  { file, env }: ReferenceContext,
): Promise<string> => {
  if ('file' in reference) return await readFile(resolve(dirname(file), reference.file), 'utf8')
  const value = env[reference.env]
  if (value !== undefined) return value
  throw new Error(`the environment has no ${reference.env}`)
}
