import { InvalidArgumentError, Option } from 'commander'
import { z } from 'zod'
import type { Client } from './client.ts'
import { printNote, type Terminal } from './terminal.ts'

const PAGE = z.object({
  data: z.array(z.unknown()),
  page: z.object({ hasMore: z.boolean(), nextCursor: z.string().nullable() }),
})

/** As many as the API gives at once. */
const MOST = 500

/** A list of the API up to `limit` items, of as many pages as that takes, in the form of one answer. */
export const fetchList = async (
  client: Client,
  path: string,
  {
    limit,
    ...query
  }: { readonly limit: number } & Readonly<Record<string, string | number | undefined>>,
): Promise<z.output<typeof PAGE>> => {
  const data: unknown[] = []
  let cursor: string | undefined
  for (;;) {
    const rest = Math.min(limit - data.length, MOST)
    const answer = PAGE.parse(await client.get(path, { ...query, limit: rest, cursor }))
    data.push(...answer.data)
    const { hasMore, nextCursor } = answer.page
    if (!hasMore || nextCursor === null || data.length >= limit) return { data, page: answer.page }
    cursor = nextCursor
  }
}

export const limitOption = (): Option =>
  new Option('--limit <n>', 'how many at most, newest first').default(50).argParser(parseLimit)

const parseLimit = (text: string): number => {
  const limit = /^\d{1,7}$/.test(text) ? Number(text) : 0
  if (limit > 0) return limit
  throw new InvalidArgumentError('A whole number from 1 on was expected.')
}

/** Says below a table that it is not the whole list. */
export const noteMore = (terminal: Terminal, { page }: z.output<typeof PAGE>): void => {
  if (page.hasMore) printNote(terminal, 'There are more: see --limit.')
}
