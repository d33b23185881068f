import { InvalidArgumentError, Option } from 'commander'
import type { Page } from '../api-client/index.ts'
import { printNote, type Terminal } from './terminal.ts'

interface List<Item> {
  readonly data: readonly Item[]
  readonly page: Page
}

/** As many as the API gives at once. */
const MOST = 500

/** Which page is asked for. */
export interface PageQuery {
  readonly limit: number
  readonly cursor: string | undefined
}

type FetchPage<Item> = (query: PageQuery) => Promise<List<Item>>

/** The items of a list up to `limit`, page after page as they come. */
export async function* fetchPages<Item>(
  limit: number,
  fetchPage: FetchPage<Item>,
): AsyncGenerator<readonly Item[]> {
  let cursor: string | undefined
  for (let left = limit; left > 0; ) {
    const { data, page } = await fetchPage({ limit: Math.min(left, MOST), cursor })
    yield data
    if (!page.hasMore || page.nextCursor === null) return
    cursor = page.nextCursor
    left -= data.length
  }
}

/** A list of the API up to `limit` items, of as many pages as that takes, in the form of one answer. */
export const fetchList = async <Item>(
  limit: number,
  fetchPage: FetchPage<Item>,
): Promise<List<Item>> => {
  const data: Item[] = []
  let cursor: string | undefined
  for (;;) {
    const answer = await fetchPage({ limit: Math.min(limit - data.length, MOST), cursor })
    data.push(...answer.data)
    const { hasMore, nextCursor } = answer.page
    if (!hasMore || nextCursor === null || data.length >= limit) return { data, page: answer.page }
    cursor = nextCursor
  }
}

/** `order`: from which end the list begins. */
export const limitOption = (order: 'newest' | 'oldest' = 'newest'): Option =>
  new Option('--limit <n>', `how many at most, ${order} first`).default(50).argParser(parseLimit)

const parseLimit = (text: string): number => {
  const limit = /^\d{1,7}$/.test(text) ? Number(text) : 0
  if (limit > 0) return limit
  throw new InvalidArgumentError('A whole number from 1 on was expected.')
}

/** Says below a table that it is not the whole list. */
export const noteMore = (terminal: Terminal, { page }: { readonly page: Page }): void => {
  if (page.hasMore) printNote(terminal, 'There are more: see --limit.')
}
