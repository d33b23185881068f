import { z } from 'zod'
import { PERHAPS_TEXT } from '../field.ts'
import { whole } from './input.ts'

const PAGE = z
  .strictObject({
    hasMore: z.boolean(),
    nextCursor: PERHAPS_TEXT.meta({
      description: 'The `cursor` of the next page; null on the last one.',
    }),
  })
  .meta({ id: 'Page', description: 'Where in its list a page stands.' })

/** A page of a list of such items, under a name. */
export const pageOf = <Item extends z.ZodType>(id: string, item: Item) =>
  z.strictObject({ data: z.array(item).readonly(), page: PAGE }).meta({ id })

const LIMIT = whole({ least: 1, most: 500 })
  .default(50)
  .meta({ description: 'How many items a page has at most.' })

/** What a list is asked for: a page of it, and filters. */
export const listQuery = <Cursor extends z.ZodType, Filters extends z.ZodRawShape>(
  cursor: Cursor,
  filters: Filters,
) =>
  z.object({
    query: z.strictObject({
      limit: LIMIT,
      cursor: cursor.optional().meta({ description: '`page.nextCursor` of the page before.' }),
      ...filters,
    }),
  })

/** A page of what was found. One more was asked for than it holds, to know whether there are more. */
export const toPage = <Found, Item>(
  found: readonly Found[],
  limit: number,
  {
    present,
    cursorOf,
  }: {
    readonly present: (found: Found) => Item
    readonly cursorOf: (last: Found) => string
  },
) => {
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  const hasMore = found.length > limit
  return {
    data: shown.map(present),
    page: { hasMore, nextCursor: hasMore && last !== undefined ? cursorOf(last) : null },
  }
}

/** The cursor of lists that are in the order of their ids. */
export const byId = ({ id }: { readonly id: string }): string => id
