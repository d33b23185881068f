import { der } from '../../src/protocol/asn1/index.ts'
import { type VerifiedMessage, verifySignedData } from '../../src/protocol/cms/index.ts'
import type { Hash } from '../../src/protocol/x509/index.ts'
import { refusal } from './damage.ts'
import { makeHolder, makeKey } from './holder.ts'
import { type SignerInfoOptions, signedAttributes, signedData, signerInfo } from './message.ts'

export const HASHES: readonly Hash[] = ['sha1', 'sha256', 'sha384', 'sha512']
export const verify = (bytes: Uint8Array): VerifiedMessage =>
  verifySignedData(bytes, { signedAttributes: 'optional', hashes: HASHES })
export const codeOf = (bytes: Uint8Array): string | undefined => refusal(() => verify(bytes))

export const rsa = makeHolder({ key: makeKey('rsa-2048'), subject: [[['CN', 'Anna']]] })
export const ec = makeHolder({ key: makeKey('p-256'), subject: [[['CN', 'Emma']]] })
export const content = Buffer.from('The device says who it is. '.repeat(40))

/** The content signed in one of many forms. */
export const message = (
  options: SignerInfoOptions = {},
  holder = rsa,
  signed: Uint8Array = content,
): Uint8Array =>
  signedData({
    signerInfos: [signerInfo(holder, signed, options)],
    certificates: [holder.certificate.bytes],
    content: der.octetString(content),
  })

/** The usual signed attributes, in the order of DER. */
export const sorted = signedAttributes(content, 'sha256')
