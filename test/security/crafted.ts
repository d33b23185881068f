import { type KeyObject, randomBytes, sign } from 'node:crypto'
import { der } from '../../src/protocol/asn1/index.ts'
import { type Cipher, sealEnvelopedData } from '../../src/protocol/cms/index.ts'
import {
  type Extension,
  encodeCertificateRequest,
  encodeName,
} from '../../src/protocol/x509/index.ts'
import { algorithmOf, type Holder, publicKeyOf } from '../codec/holder.ts'
import { attribute } from '../codec/message.ts'
import {
  messageTypeAttribute,
  type PkiMessageOptions,
  pkiMessage,
  senderNonceAttribute,
  transactionIdAttribute,
} from '../codec/pki-message.ts'
import { recipientOf, type TestRequest } from '../scep-client.ts'
import type { Scene } from './scene.ts'

const CHALLENGE_PASSWORD = '1.2.840.113549.1.9.7'
export const EXTENSION_REQUEST = '1.2.840.113549.1.9.14'
export const MICROSOFT_EXTENSION_REQUEST = '1.3.6.1.4.1.311.2.1.14'

export interface CraftedCsr {
  readonly challenge?: string
  /** Name, DER. */
  readonly subject?: Uint8Array
  readonly version?: number
  readonly extensions?: readonly Extension[]
  /** The attribute that carries the extensions. */
  readonly carrier?: string
  /** Whose key stands in the request, where it is not the one that signs. */
  readonly publicKey?: Uint8Array
}

/** CertificationRequest with whatever somebody would like to be certified. */
export const craftCsr = (key: KeyObject, options: CraftedCsr): Uint8Array => {
  const { challenge, extensions = [], carrier = EXTENSION_REQUEST } = options
  const info = der.sequence(
    der.smallInteger(options.version ?? 0),
    options.subject ?? encodeName([[['CN', 'device']]]),
    options.publicKey ?? publicKeyOf(key),
    der.tagged(
      0,
      ...(challenge === undefined
        ? []
        : [attribute(CHALLENGE_PASSWORD, der.utf8String(challenge))]),
      ...(extensions.length === 0
        ? []
        : [attribute(carrier, der.sequence(...extensions.map(encodeExtension)))]),
    ),
  )
  return encodeCertificateRequest(info, algorithmOf(key), sign('sha256', info, key))
}

const encodeExtension = ({ oid, critical, value }: Extension): Uint8Array =>
  der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octetString(value))

export interface Wrapping extends Omit<PkiMessageOptions, 'attributes' | 'key'> {
  readonly signer: Holder
  readonly cipher?: Cipher
}

/** A CertificationRequest in a PKCSReq, as a client would send it. */
export const wrapCsr = (
  scene: Scene,
  csr: Uint8Array,
  { cipher = 'aes-128-cbc', ...options }: Wrapping,
): TestRequest =>
  wrapEnvelope(scene, sealEnvelopedData(csr, { recipient: recipientOf(scene.ca), cipher }), options)

/** An envelope in a PKCSReq. */
export const wrapEnvelope = (
  { ca }: Scene,
  envelope: Uint8Array,
  { signer, ...options }: Omit<Wrapping, 'cipher'>,
): TestRequest => {
  const transactionId = randomBytes(20).toString('hex').toUpperCase()
  const senderNonce = randomBytes(16)
  const bytes = pkiMessage(envelope, signer, {
    ...options,
    attributes: [
      messageTypeAttribute(),
      transactionIdAttribute(transactionId),
      senderNonceAttribute(senderNonce),
    ],
  })
  return { bytes, transactionId, senderNonce, key: signer.key, signer, responder: recipientOf(ca) }
}
