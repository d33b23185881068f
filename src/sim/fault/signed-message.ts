import { decode, der } from '../../protocol/asn1/index.ts'

const ID_DATA = '1.2.840.113549.1.7.1'
const ID_SIGNED_DATA = '1.2.840.113549.1.7.2'

/** The parts of SignedData (RFC 5652 §5.1), each but the content as its element, DER. */
export interface Parts {
  readonly digestAlgorithms: Uint8Array
  readonly content: Uint8Array
  readonly certificates: readonly Uint8Array[]
  readonly signerInfos: readonly Uint8Array[]
}

/** Takes a message apart that the simulator has signed. */
export const takeApart = (message: Uint8Array): Parts => {
  const contentInfo = decode(message, 'der').fields()
  contentInfo.next()
  const fields = contentInfo.next().inner().fields()
  fields.next()
  const digestAlgorithms = fields.next().bytes
  const encapsulated = fields.next().fields()
  encapsulated.next()
  const content = encapsulated.next().inner().octets()
  const certificates = fields.next().children.map(({ bytes }) => bytes)
  const signerInfos = fields.next().children.map(({ bytes }) => bytes)
  return { digestAlgorithms, content, certificates, signerInfos }
}

export const putTogether = (parts: Parts): Uint8Array =>
  der.sequence(
    der.oid(ID_SIGNED_DATA),
    der.tagged(
      0,
      der.sequence(
        der.smallInteger(1),
        parts.digestAlgorithms,
        der.sequence(der.oid(ID_DATA), der.tagged(0, der.octetString(parts.content))),
        der.tagged(0, ...parts.certificates),
        der.setOf(parts.signerInfos),
      ),
    ),
  )

/** The parts of a SignerInfo (RFC 5652 §5.3) that has signed attributes. */
export interface SignerInfoParts {
  /** version, sid and digestAlgorithm. */
  readonly head: readonly Uint8Array[]
  /** What stands inside `[0]`; undefined: no signed attributes. */
  readonly attributes: Uint8Array | undefined
  readonly signatureAlgorithm: Uint8Array
  readonly signature: Uint8Array
}

export const takeSignerInfoApart = (signerInfo: Uint8Array): SignerInfoParts => {
  const fields = decode(signerInfo, 'der').fields()
  return {
    head: [fields.next().bytes, fields.next().bytes, fields.next().bytes],
    attributes: fields.next().content,
    signatureAlgorithm: fields.next().bytes,
    signature: fields.next().octets(),
  }
}

export const putSignerInfoTogether = (parts: SignerInfoParts): Uint8Array =>
  der.sequence(
    ...parts.head,
    ...(parts.attributes === undefined ? [] : [der.tagged(0, parts.attributes)]),
    parts.signatureAlgorithm,
    der.octetString(parts.signature),
  )

/** The bytes with one bit changed; `at` counts from the end where it is negative. */
export const flip = (bytes: Uint8Array, at: number): Uint8Array => {
  const out = Uint8Array.from(bytes)
  const index = at < 0 ? bytes.length + at : at
  out[index] = (out[index] ?? 0) ^ 1
  return out
}
