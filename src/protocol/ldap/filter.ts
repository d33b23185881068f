import { der } from '../asn1/index.ts'

/**
 * A search filter as a tree (RFC 4511 §4.5.1.7). Values are bytes or text as they are meant: nothing in them is read as
 * a part of the filter.
 */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | {
      readonly kind: 'equals' | 'least' | 'most' | 'like'
      readonly attribute: string
      readonly value: FilterValue
    }
  | {
      readonly kind: 'substrings'
      readonly attribute: string
      readonly initial: FilterValue | undefined
      readonly any: readonly FilterValue[]
      readonly final: FilterValue | undefined
    }
  | { readonly kind: 'present'; readonly attribute: string }
  | {
      readonly kind: 'matches'
      readonly rule: string | undefined
      readonly attribute: string | undefined
      readonly value: FilterValue
      readonly ofDn: boolean
    }

export type FilterValue = string | Uint8Array

/** [number] of a filter, constructed. */
const choice = (number: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  der.tagged(number, ...parts)

const text = (value: FilterValue): Uint8Array => der.octetString(bytesOf(value))

const bytesOf = (value: FilterValue): Uint8Array =>
  typeof value === 'string' ? Buffer.from(value) : value

export const encodeFilter = (filter: Filter): Uint8Array => {
  switch (filter.kind) {
    case 'and':
      return choice(0, ...filter.filters.map(encodeFilter))
    case 'or':
      return choice(1, ...filter.filters.map(encodeFilter))
    case 'not':
      return choice(2, encodeFilter(filter.filter))
    case 'equals':
      return choice(3, text(filter.attribute), text(filter.value))
    case 'least':
      return choice(5, text(filter.attribute), text(filter.value))
    case 'most':
      return choice(6, text(filter.attribute), text(filter.value))
    case 'like':
      return choice(8, text(filter.attribute), text(filter.value))
    case 'substrings': {
      const { attribute, initial, any, final } = filter
      const parts = [
        ...(initial === undefined ? [] : [der.taggedPrimitive(0, bytesOf(initial))]),
        ...any.map((value) => der.taggedPrimitive(1, bytesOf(value))),
        ...(final === undefined ? [] : [der.taggedPrimitive(2, bytesOf(final))]),
      ]
      return choice(4, text(attribute), der.sequence(...parts))
    }
    case 'present':
      return der.taggedPrimitive(7, Buffer.from(filter.attribute))
    case 'matches':
      return encodeMatches(filter)
    default:
      return filter satisfies never
  }
}

const encodeMatches = ({
  rule,
  attribute,
  value,
  ofDn,
}: Extract<Filter, { kind: 'matches' }>): Uint8Array =>
  choice(
    9,
    ...(rule === undefined ? [] : [der.taggedPrimitive(1, Buffer.from(rule))]),
    ...(attribute === undefined ? [] : [der.taggedPrimitive(2, Buffer.from(attribute))]),
    der.taggedPrimitive(3, bytesOf(value)),
    ...(ofDn ? [der.taggedPrimitive(4, Uint8Array.of(0xff))] : []),
  )
