import { ProtocolError } from '../../errors.ts'
import { context, decode, type Element, Tag } from '../asn1/index.ts'
import {
  type AlgorithmIdentifier,
  decodeAlgorithm,
  type IssuerAndSerialNumber,
} from '../x509/index.ts'

export const ContentType = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  envelopedData: '1.2.840.113549.1.7.3',
} as const

/** SignedData (RFC 5652 §5.1) as it was sent: nothing in it is verified. */
export interface SignedData {
  readonly contentType: string
  /** The value octets of eContent, chunks joined; undefined where it is absent. */
  readonly content: Uint8Array | undefined
  /** X.509 certificates of the bag, not decoded. */
  readonly certificates: readonly Element[]
  readonly signerInfos: readonly SignerInfo[]
}

/** Which certificate signed: by issuer and serial number, or by subject key identifier. */
export type SignerIdentifier =
  | { readonly kind: 'issuer-and-serial-number'; readonly name: IssuerAndSerialNumber }
  | { readonly kind: 'subject-key-identifier'; readonly identifier: Uint8Array }

/** SignerInfo (RFC 5652 §5.3). */
export interface SignerInfo {
  readonly sid: SignerIdentifier
  readonly digestAlgorithm: AlgorithmIdentifier
  readonly signedAttributes: SignedAttributes | undefined
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Uint8Array
}

/** The signed attributes, each as it was sent and its values by type. */
export interface SignedAttributes {
  readonly elements: readonly Uint8Array[]
  readonly values: ReadonlyMap<string, readonly Element[]>
}

/** @throws ProtocolError `asn1_…`, `cms_content_type`, `cms_attributes` */
export const decodeSignedData = (bytes: Uint8Array): SignedData => {
  const fields = openContentInfo(bytes, ContentType.signedData).fields()
  fields.next(Tag.integer)
  fields.next(Tag.set)
  const encapsulated = fields.next().fields()
  const contentType = encapsulated.next().oid()
  const content = encapsulated.optional(context(0))?.inner().octets()
  encapsulated.end()
  const certificates = fields.optional(context(0))?.children ?? []
  fields.optional(context(1))
  const signerInfos = fields.next().list(Tag.set).map(decodeSignerInfo)
  fields.end()
  return {
    contentType,
    content,
    certificates: certificates.filter((certificate) => certificate.tag === Tag.sequence),
    signerInfos,
  }
}

/** The content of a ContentInfo of the given type (RFC 5652 §3). */
const openContentInfo = (bytes: Uint8Array, contentType: string): Element => {
  const fields = decode(bytes, 'ber').fields()
  if (fields.next().oid() !== contentType) {
    throw new ProtocolError('cms_content_type', 'another CMS content type was expected')
  }
  const content = fields.next(context(0)).inner()
  fields.end()
  return content
}

const decodeSignerInfo = (element: Element): SignerInfo => {
  const fields = element.fields()
  fields.next(Tag.integer)
  const sid = decodeSignerIdentifier(fields.next())
  const digestAlgorithm = decodeAlgorithm(fields.next())
  const attributes = fields.optional(context(0))
  const signatureAlgorithm = decodeAlgorithm(fields.next())
  const signature = fields.next().octets()
  fields.optional(context(1))
  fields.end()
  return {
    sid,
    digestAlgorithm,
    signedAttributes: attributes && decodeSignedAttributes(attributes),
    signatureAlgorithm,
    signature,
  }
}

/** IssuerAndSerialNumber or `[0]` SubjectKeyIdentifier, as SignerInfo and RecipientInfo have it. */
export const decodeSignerIdentifier = (element: Element): SignerIdentifier => {
  if (element.tag === context(0)) {
    return { kind: 'subject-key-identifier', identifier: element.octets(context(0)) }
  }
  const fields = element.fields()
  const name = { issuer: fields.next(Tag.sequence).bytes, serialNumber: fields.next().integer() }
  fields.end()
  return { kind: 'issuer-and-serial-number', name }
}

const decodeSignedAttributes = (element: Element): SignedAttributes => {
  const values = new Map<string, readonly Element[]>()
  for (const attribute of element.children) {
    const fields = attribute.fields()
    const type = fields.next().oid()
    if (values.has(type)) {
      throw new ProtocolError('cms_attributes', 'a signed attribute comes twice')
    }
    values.set(type, fields.next().list(Tag.set))
    fields.end()
  }
  // RFC 5652 §5.3: SET SIZE (1..MAX).
  if (values.size === 0) {
    throw new ProtocolError('cms_attributes', 'signed attributes are present but empty')
  }
  return { elements: element.children.map((attribute) => attribute.bytes), values }
}
