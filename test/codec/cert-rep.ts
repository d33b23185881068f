import { der } from '../../src/protocol/asn1/index.ts'
import { type ReplyOptions, sealSuccess, type Transaction } from '../../src/protocol/scep/index.ts'
import { keyUsage } from '../../src/protocol/x509/index.ts'
import { makeDecrypter, makeHolder, makeKey } from './holder.ts'

/** The attributes of SCEP messages and of CMS. */
export const OIDS = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  messageType: '2.16.840.1.113733.1.9.2',
  pkiStatus: '2.16.840.1.113733.1.9.3',
  failInfo: '2.16.840.1.113733.1.9.4',
  senderNonce: '2.16.840.1.113733.1.9.5',
  recipientNonce: '2.16.840.1.113733.1.9.6',
  transactionID: '2.16.840.1.113733.1.9.7',
  failInfoText: '1.3.6.1.5.5.7.24.1',
} as const

/** Who opens requests and signs the answers. */
export const ra = makeHolder({ key: makeKey('rsa-2048'), subject: [[['CN', 'RA']]] })
/** As Apple's client signs: for signatures only, and here with a serial number that starts with 00. */
export const device = makeHolder({
  key: makeKey('rsa-2048'),
  subject: [[['C', 'US']], [['CN', 'MDM SCEP SIGNER']]],
  serialNumber: Uint8Array.of(0x80, 0x00, 0x01),
  extensions: [keyUsage('digitalSignature')],
})
export const issued = makeHolder({
  key: makeKey('p-256'),
  issuer: ra,
  subject: [[['CN', 'issued']]],
  serialNumber: Uint8Array.of(7),
})
export const recipient = { certificate: device.certificate, decrypter: makeDecrypter(device.key) }

export const transaction: Transaction = {
  id: 'A+/=',
  encodedId: der.utf8String('A+/='),
  senderNonce: Buffer.alloc(8, 9),
}
export const options: ReplyOptions = { identity: ra, transaction, hash: 'sha256' }
/** A CertRep that grants, made with what `change` says otherwise. */
export const success = (change: Partial<ReplyOptions> = {}): Promise<Uint8Array> =>
  sealSuccess({
    ...options,
    ...change,
    certificate: issued.certificate.bytes,
    recipient: device.certificate,
    cipher: 'aes-128-cbc',
  })
