import { ProtocolError } from '../../errors.ts'
import { der, type Element, Tag } from '../asn1/index.ts'
import type { Attribute } from '../cms/index.ts'

/** RFC 8894 §3.2.1. */
const OIDS = {
  messageType: '2.16.840.1.113733.1.9.2',
  pkiStatus: '2.16.840.1.113733.1.9.3',
  failInfo: '2.16.840.1.113733.1.9.4',
  senderNonce: '2.16.840.1.113733.1.9.5',
  recipientNonce: '2.16.840.1.113733.1.9.6',
  transactionID: '2.16.840.1.113733.1.9.7',
  failInfoText: '1.3.6.1.5.5.7.24.1',
} as const

export type AttributeName = keyof typeof OIDS

/** RFC 8894 §3.2.1.4. */
export const FAIL_INFO = {
  badAlg: '0',
  badMessageCheck: '1',
  badRequest: '2',
  badTime: '3',
  badCertId: '4',
} as const

export type FailInfo = keyof typeof FAIL_INFO

type Values = ReadonlyMap<string, readonly Element[]>

/** The one value of an attribute; undefined where the attribute is absent. */
export const findAttributeValue = (values: Values, name: AttributeName): Element | undefined => {
  const found = values.get(OIDS[name])
  if (found === undefined) return undefined
  const [value, ...more] = found
  if (value === undefined || more.length > 0) {
    throw new ProtocolError('scep_attribute', `${name} does not have exactly one value`)
  }
  return value
}

/** A decimal PrintableString such as messageType, to be compared with what is expected. */
export const findPrintable = (values: Values, name: AttributeName): string | undefined => {
  const value = findAttributeValue(values, name)
  if (value === undefined || value.tag === Tag.printableString) return value?.text()
  throw new ProtocolError('scep_attribute', `${name} is not a PrintableString`)
}

const MAX_TRANSACTION_ID = 255
const MAX_NONCE = 255

/** What ties an answer to its request. */
export interface Transaction {
  /** Opaque: hexadecimal, decimal or base64, whatever the client likes. */
  readonly id: string
  /** The attribute's value as sent, to be returned unchanged. */
  readonly encodedId: Uint8Array
  /** Apple sends 8 bytes, others 16, old Cisco IOS none. */
  readonly senderNonce: Uint8Array | undefined
}

/** @throws ProtocolError `scep_transaction_id`, `scep_nonce`, `scep_attribute` */
export const decodeTransaction = (values: Values): Transaction => {
  const value = findAttributeValue(values, 'transactionID')
  const id = value?.text()
  if (value === undefined || !id || id.length > MAX_TRANSACTION_ID || /\p{Cc}/u.test(id)) {
    throw new ProtocolError('scep_transaction_id', 'transactionID is missing or unusable')
  }
  const senderNonce = findAttributeValue(values, 'senderNonce')?.octets()
  if (senderNonce !== undefined && senderNonce.length > MAX_NONCE) {
    throw new ProtocolError('scep_nonce', 'senderNonce is too long')
  }
  return { id, encodedId: value.bytes, senderNonce }
}

export const printable = (name: AttributeName, value: string): Attribute => ({
  oid: OIDS[name],
  value: der.printableString(value),
})

export const octets = (name: AttributeName, value: Uint8Array): Attribute => ({
  oid: OIDS[name],
  value: der.octetString(value),
})

export const encoded = (name: AttributeName, value: Uint8Array): Attribute => ({
  oid: OIDS[name],
  value,
})
