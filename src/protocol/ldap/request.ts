import { der } from '../asn1/index.ts'
import { encodeFilter, type Filter } from './filter.ts'

export const PAGED_RESULTS = '1.2.840.113556.1.4.319'
const START_TLS = '1.3.6.1.4.1.1466.20037'
const ENUMERATED = 0x0a
/** The class bits of an operation, constructed. */
const APPLICATION = 0x60

const text = (value: string): Uint8Array => der.octetString(Buffer.from(value))
const enumerated = (value: number): Uint8Array => der.tlv(ENUMERATED, Uint8Array.of(value))

const message = (id: number, operation: Uint8Array, ...controls: readonly Uint8Array[]) =>
  der.sequence(
    der.smallInteger(id),
    operation,
    ...(controls.length === 0 ? [] : [der.tagged(0, ...controls)]),
  )

/** RFC 4511 §4.2, with the simple method. */
export const encodeBind = (
  id: number,
  { dn, password }: { readonly dn: string; readonly password: string },
): Uint8Array =>
  message(
    id,
    der.tlv(
      APPLICATION | 0,
      der.smallInteger(3),
      text(dn),
      der.taggedPrimitive(0, Buffer.from(password)),
    ),
  )

/** RFC 4511 §4.3: an APPLICATION 2 of nothing. */
export const encodeUnbind = (id: number): Uint8Array => message(id, der.tlv(0x42))

/** RFC 4511 §4.14.1. */
export const encodeStartTls = (id: number): Uint8Array =>
  message(id, der.tlv(APPLICATION | 23, der.taggedPrimitive(0, Buffer.from(START_TLS))))

export interface Search {
  readonly base: string
  readonly scope: keyof typeof SCOPES
  readonly filter: Filter
  readonly attributes: readonly string[]
  /** Entries at most; 0: as many as there are. */
  readonly sizeLimit: number
  /** Seconds that the server may take. */
  readonly timeLimit: number
  /** RFC 2696: so many at once, from where the page before has ended. Undefined: all at once. */
  readonly page?: { readonly size: number; readonly cookie: Uint8Array } | undefined
}

const SCOPES = { base: 0, one: 1, sub: 2 } as const

/** RFC 4511 §4.5.1; aliases are not followed. */
export const encodeSearch = (id: number, search: Search): Uint8Array => {
  const { base, scope, filter, attributes, sizeLimit, timeLimit, page } = search
  const operation = der.tlv(
    APPLICATION | 3,
    text(base),
    enumerated(SCOPES[scope]),
    enumerated(0),
    der.smallInteger(sizeLimit),
    der.smallInteger(timeLimit),
    der.boolean(false),
    encodeFilter(filter),
    der.sequence(...attributes.map(text)),
  )
  return page === undefined ? message(id, operation) : message(id, operation, pageControl(page))
}

const pageControl = ({ size, cookie }: NonNullable<Search['page']>): Uint8Array =>
  der.sequence(
    text(PAGED_RESULTS),
    der.boolean(true),
    der.octetString(der.sequence(der.smallInteger(size), der.octetString(cookie))),
  )
