import {
  constants,
  createCipheriv,
  createDecipheriv,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import { ProtocolError } from '../../errors.ts'
import { context, decode, der, type Element, Tag } from '../asn1/index.ts'
import {
  type Certificate,
  decodeAlgorithm,
  encodeIssuerAndSerialNumber,
  findHash,
  findSubjectKeyIdentifier,
  isSameName,
  RSA_ENCRYPTION_ALGORITHM,
} from '../x509/index.ts'
import { CIPHERS, type Cipher, findCipher, nodeCipher } from './cipher.ts'
import { contentInfo, implicitOctets, sequence } from './content-info.ts'
import type { Decrypter, KeyTransport } from './key.ts'
import { ContentType, decodeSignerIdentifier, type SignerIdentifier } from './signed-data.ts'

const RSAES_OAEP = '1.2.840.113549.1.1.7'
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'

/** EnvelopedData (RFC 5652 §6.1) with its RSA recipients; other kinds of recipients are only counted. */
export interface EnvelopedData {
  readonly recipients: readonly KeyTransportRecipient[]
  readonly otherRecipients: number
  readonly cipher: Cipher
  readonly iv: Uint8Array
  readonly encryptedContent: Uint8Array
}

/** KeyTransRecipientInfo (RFC 5652 §6.2.1). */
interface KeyTransportRecipient {
  readonly rid: SignerIdentifier
  readonly transport: KeyTransport
  readonly encryptedKey: Uint8Array
}

/**
 * Reads a ContentInfo of EnvelopedData, or a bare EnvelopedData, which a few SCEP clients send.
 * @throws ProtocolError `asn1_…`, `cms_content_type`, `cms_cipher`, `cms_key_transport`
 */
export const decodeEnvelopedData = (bytes: Uint8Array): EnvelopedData => {
  const fields = enveloped(decode(bytes, 'ber')).fields()
  fields.next(Tag.integer)
  fields.optional(context(0))
  const recipientInfos = fields.next().list(Tag.set)
  const recipients = recipientInfos.flatMap(decodeRecipient)
  const otherRecipients = recipientInfos.length - recipients.length
  const encrypted = fields.next().fields()
  encrypted.next(Tag.oid)
  const algorithm = decodeAlgorithm(encrypted.next())
  const cipher = findCipher(algorithm.oid)
  if (cipher === undefined) throw new ProtocolError('cms_cipher', 'unknown content encryption')
  const iv = algorithm.parameters?.octets()
  if (iv?.length !== CIPHERS[cipher].ivLength) {
    throw new ProtocolError('cms_cipher', 'the initialization vector has a wrong length')
  }
  const encryptedContent = encrypted.next(context(0)).octets(context(0))
  return { recipients, otherRecipients, cipher, iv, encryptedContent }
}

const enveloped = (element: Element): Element => {
  const fields = element.fields()
  const type = fields.optional(Tag.oid)
  if (type === undefined) return element
  if (type.oid() !== ContentType.envelopedData) {
    throw new ProtocolError('cms_content_type', 'EnvelopedData was expected')
  }
  return fields.next(context(0)).inner()
}

const decodeRecipient = (element: Element): readonly KeyTransportRecipient[] => {
  if (element.tag !== Tag.sequence) return []
  const fields = element.fields()
  fields.next(Tag.integer)
  const rid = decodeSignerIdentifier(fields.next())
  const transport = decodeKeyTransport(fields.next())
  return [{ rid, transport, encryptedKey: fields.next().octets() }]
}

const decodeKeyTransport = (element: Element): KeyTransport => {
  const { oid, parameters } = decodeAlgorithm(element)
  if (oid === RSA_ENCRYPTION) return 'rsaes-pkcs1-v1_5'
  if (oid === RSAES_OAEP) {
    // RFC 4055 §4.1: without parameters the hash is SHA-1.
    const hashField = parameters?.list(Tag.sequence).find(({ tag }) => tag === context(0))
    const hash = hashField === undefined ? 'sha1' : findHash(decodeAlgorithm(hashField.inner()))
    if (hash === 'sha1') return 'rsaes-oaep-sha1'
    if (hash === 'sha256') return 'rsaes-oaep-sha256'
  }
  throw new ProtocolError('cms_key_transport', 'unknown key transport')
}

/** The holder of a private key: the certificate that senders encrypt to and the key itself. */
export interface Recipient {
  /** Undefined where only the key is at hand: it opens envelopes for one recipient. */
  readonly certificate: Certificate | undefined
  readonly decrypter: Decrypter
}

/**
 * Opens an envelope. All that can go wrong after the recipient is found, padding, key length and
 * cipher, is one error: a sender must not learn which (RFC 3218).
 * @throws ProtocolError `cms_recipient`, `cms_decryption`
 */
export const openEnvelopedData = (envelope: EnvelopedData, recipient: Recipient): Uint8Array => {
  const { content, isPadded } = decryptEnvelopedData(envelope, recipient)
  if (!isPadded) throw new ProtocolError('cms_decryption', 'the envelope cannot be opened')
  return content
}

/**
 * The same for a receiver that answers strangers, who must not learn by the time either what is wrong: what a wrong
 * key or a changed cipher text decrypts to comes out like any content, and is to be read like it.
 * @throws ProtocolError `cms_recipient`
 */
export const decryptEnvelopedData = (
  envelope: EnvelopedData,
  recipient: Recipient,
): { readonly content: Uint8Array; readonly isPadded: boolean } => {
  const { cipher, iv, encryptedContent } = envelope
  const { transport, encryptedKey } = findRecipient(envelope, recipient.certificate)
  const { keyLength, ivLength: blockLength } = CIPHERS[cipher]
  const contentKey = recipient.decrypter.decrypt(encryptedKey, transport, keyLength)
  // OpenSSL's own check of the padding throws.
  const decipher = createDecipheriv(...nodeCipher(cipher, contentKey), iv).setAutoPadding(false)
  const tail = encryptedContent.length % blockLength
  const plain = decipher.update(encryptedContent.subarray(0, encryptedContent.length - tail))
  const padding = paddingLength(plain, blockLength)
  return {
    content: plain.subarray(0, plain.length - padding),
    isPadded: padding > 0 && tail === 0,
  }
}

/** How many bytes of padding (RFC 5652 §6.3) end the blocks; 0 where it is wrong, found without a branch. */
const paddingLength = (plain: Uint8Array, blockLength: number): number => {
  const count = plain.at(-1) ?? 0
  let wrong = Number(count === 0) | Number(count > blockLength)
  for (let i = 1; i <= blockLength; i++) {
    wrong |= Number(i <= count) & Number(plain[plain.length - i] !== count)
  }
  return count & (wrong - 1)
}

// A client may still name the certificate before a renewal: with one recipient its name does not decide.
const findRecipient = (
  { recipients }: EnvelopedData,
  certificate: Certificate | undefined,
): KeyTransportRecipient => {
  const [only] = recipients
  const found =
    (certificate && recipients.find(({ rid }) => isNamed(certificate, rid))) ??
    (recipients.length === 1 ? only : undefined)
  if (found === undefined) {
    throw new ProtocolError('cms_recipient', 'the envelope is for somebody else')
  }
  return found
}

const isNamed = (certificate: Certificate, rid: SignerIdentifier): boolean => {
  if (rid.kind === 'subject-key-identifier') {
    const identifier = findSubjectKeyIdentifier(certificate.extensions)
    return identifier !== undefined && Buffer.compare(identifier, rid.identifier) === 0
  }
  return (
    Buffer.compare(rid.name.serialNumber, certificate.serialNumber) === 0 &&
    isSameName(rid.name.issuer, certificate.issuer)
  )
}

/**
 * Encrypts to exactly one certificate with PKCS#1 v1.5 key transport, which every device understands.
 * @returns ContentInfo of EnvelopedData, DER
 * @throws ProtocolError `cms_recipient` if the certificate's key is not RSA
 */
export const sealEnvelopedData = (
  content: Uint8Array,
  { recipient, cipher }: { readonly recipient: Certificate; readonly cipher: Cipher },
): Uint8Array => {
  if (recipient.publicKey.key.asymmetricKeyType !== 'rsa') {
    throw new ProtocolError('cms_recipient', 'only an RSA key can receive an envelope')
  }
  const { oid, keyLength, ivLength } = CIPHERS[cipher]
  const contentKey = randomBytes(keyLength)
  const iv = randomBytes(ivLength)
  const encipher = createCipheriv(...nodeCipher(cipher, contentKey), iv)
  const encryptedContent = Buffer.concat([encipher.update(content), encipher.final()])
  const encryptedKey = publicEncrypt(
    { key: recipient.publicKey.key, padding: constants.RSA_PKCS1_PADDING },
    contentKey,
  )
  const recipientInfo = der.sequence(
    der.smallInteger(0),
    encodeIssuerAndSerialNumber(recipient),
    RSA_ENCRYPTION_ALGORITHM,
    der.octetString(encryptedKey),
  )
  const encryptedContentInfo = sequence(
    der.oid(ContentType.data),
    der.sequence(der.oid(oid), der.octetString(iv)),
    implicitOctets(0, encryptedContent),
  )
  return contentInfo(
    ContentType.envelopedData,
    sequence(der.smallInteger(0), der.setOf([recipientInfo]), encryptedContentInfo),
  )
}
