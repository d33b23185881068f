import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'

const FOLDERS = ['../fixtures/vectors/wycheproof/', '../../../shared/vectors/wycheproof/']

const locate = (file: string): URL | undefined =>
  FOLDERS.map((folder) => new URL(folder + file, import.meta.url)).find((url) => existsSync(url))

/** The `skip` option of a test that reads a file which may not be in the fixtures. */
export const skipWithout = (file: string): string | false =>
  locate(file) === undefined ? 'shared vectors are absent' : false

export const bytes = z.hex().transform((text) => Buffer.from(text, 'hex'))

const result = z.enum(['valid', 'invalid', 'acceptable'])

/** What is common to a Wycheproof vector, and what a kind of vectors adds to it. */
export const vector = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.object({ tcId: z.number(), result, ...shape })

/** The test groups of a file, from the fixtures or else the shared vectors. */
export const readGroups = <Group extends z.ZodType>(
  file: string,
  group: Group,
): z.output<Group>[] => {
  const url = locate(file)
  if (url === undefined) throw new Error(`${file} is absent`)
  const schema = z.object({ testGroups: z.array(group) })
  return schema.parse(JSON.parse(readFileSync(url, 'utf8'))).testGroups
}

/** How many vectors have each result. */
export const tally = (
  groups: readonly { readonly tests: readonly { readonly result: z.output<typeof result> }[] }[],
): Partial<Record<z.output<typeof result>, number>> => {
  const counts: Partial<Record<z.output<typeof result>, number>> = {}
  for (const { tests } of groups) {
    for (const test of tests) counts[test.result] = (counts[test.result] ?? 0) + 1
  }
  return counts
}
