import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'

const shared = new URL('../../../shared/vectors/wycheproof/', import.meta.url)
const fixtures = new URL('../fixtures/vectors/wycheproof/', import.meta.url)

/** For the options of a test that needs more than the vectors in the fixtures. */
export const skipWithoutVectors = existsSync(shared) ? false : 'shared vectors are absent'

export const bytes = z.hex().transform((text) => Buffer.from(text, 'hex'))

const result = z.enum(['valid', 'invalid', 'acceptable'])

/** What is common to a Wycheproof vector, and what a kind of vectors adds to it. */
export const vector = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.object({ tcId: z.number(), result, ...shape })

/** The test groups of a file of the shared vectors. */
export const readShared = <Group extends z.ZodType>(name: string, group: Group) =>
  read(new URL(name, shared), group)

/** The test groups of a file of the fixtures. */
export const readFixture = <Group extends z.ZodType>(name: string, group: Group) =>
  read(new URL(name, fixtures), group)

const read = <Group extends z.ZodType>(file: URL, group: Group): z.output<Group>[] =>
  z.object({ testGroups: z.array(group) }).parse(JSON.parse(readFileSync(file, 'utf8'))).testGroups

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
