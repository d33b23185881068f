/** What JSON can say. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue }

export interface JsonObject {
  readonly [name: string]: JsonValue
}

/** Whether two values are the same as JSON, in whatever order their members stand. */
export const isSameJson = (one: unknown, other: unknown): boolean =>
  canonical(one) === canonical(other)

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
