import { der, type Layer } from '../asn1/index.ts'

type Part = Uint8Array | Layer

// The layers around content, which is copied once, when the message is complete.
export const sequence = (...parts: readonly Part[]): Layer => der.layer(0x30, ...parts)
export const explicit = (number: number, part: Part): Layer => der.layer(0xa0 | number, part)
export const octetString = (content: Uint8Array): Layer => der.layer(0x04, content)
/** `[number] IMPLICIT` in place of an OCTET STRING. */
export const implicitOctets = (number: number, content: Uint8Array): Layer =>
  der.layer(0x80 | number, content)

/** ContentInfo (RFC 5652 §3), DER. */
export const contentInfo = (contentType: string, content: Part): Uint8Array =>
  der.flatten(sequence(der.oid(contentType), explicit(0, content)))
