import { sign } from 'node:crypto'
import { der } from '../../src/protocol/asn1/index.ts'
import { sealEnvelopedData } from '../../src/protocol/cms/index.ts'
import { type Certificate, encodeCertificateRequest } from '../../src/protocol/x509/index.ts'
import { algorithmOf, type Holder } from '../codec/holder.ts'
import { signedAttributes, signedData, signerInfo } from '../codec/message.ts'

/** CMS around `content` under a good signature over `attributes`, an encoded SET that may be anything. */
export const signSet = (
  content: Uint8Array,
  attributes: Uint8Array,
  signer: Holder,
): Uint8Array => {
  const [signed, encodedAttributes] = [Uint8Array.from(attributes), Uint8Array.from(attributes)]
  if (attributes.length > 0) {
    signed[0] = 0x31
    encodedAttributes[0] = 0xa0
  }
  return signedData({
    signerInfos: [
      signerInfo(signer, content, { attributes: [attributes], encodedAttributes, signed }),
    ],
    certificates: [signer.certificate.bytes],
    content: der.octetString(content),
  })
}

/** The signed attributes of a message as one SET, DER. */
export const attributeSet = (content: Uint8Array, more: readonly Uint8Array[]): Uint8Array =>
  der.tlv(0x31, ...signedAttributes(content, 'sha256', ...more))

/** The request in an envelope for the recipient. */
export const sealFor =
  (recipient: Certificate) =>
  (content: Uint8Array): Uint8Array =>
    sealEnvelopedData(content, { recipient, cipher: 'aes-128-cbc' })

/** CertificationRequest of a CertificationRequestInfo, which may be anything, under a good signature. */
export const signInfo = (info: Uint8Array, { key }: Pick<Holder, 'key'>): Uint8Array =>
  encodeCertificateRequest(info, algorithmOf(key), sign('sha256', info, key))
