import { randomBytes } from 'node:crypto'
import { der } from '../asn1/index.ts'
import {
  type Attribute,
  type Cipher,
  encodeCertificatesOnly,
  type Identity,
  sealEnvelopedData,
  signData,
} from '../cms/index.ts'
import type { Certificate } from '../x509/index.ts'
import {
  encoded,
  FAIL_INFO,
  type FailInfo,
  octets,
  printable,
  type Transaction,
} from './attribute.ts'

const CERT_REP = '3'
const NONCE_BYTES = 16

/** What every CertRep needs: who answers, to which request, with which hash. */
export interface ReplyOptions {
  readonly identity: Identity
  readonly transaction: Transaction
  readonly hash: 'sha1' | 'sha256'
}

/** CertRep SUCCESS (RFC 8894 §3.3.2.1): the certificate alone, encrypted to the request's signer. */
export const sealSuccess = async (
  options: ReplyOptions & {
    readonly certificate: Uint8Array
    readonly recipient: Certificate
    readonly cipher: Cipher
  },
): Promise<Uint8Array> => {
  const { certificate, recipient, cipher } = options
  const content = sealEnvelopedData(encodeCertificatesOnly([certificate]), { recipient, cipher })
  return await signData({
    ...options,
    content,
    attributes: [printable('pkiStatus', '0'), ...commonAttributes(options.transaction)],
  })
}

/** CertRep FAILURE (RFC 8894 §3.3.2.2): no content, and why not in one word and one sentence. */
export const sealFailure = async (
  options: ReplyOptions & { readonly failInfo: FailInfo; readonly text: string },
): Promise<Uint8Array> =>
  await signData({
    ...options,
    content: undefined,
    attributes: [
      printable('pkiStatus', '2'),
      printable('failInfo', FAIL_INFO[options.failInfo]),
      encoded('failInfoText', der.utf8String(options.text)),
      ...commonAttributes(options.transaction),
    ],
  })

const commonAttributes = ({ encodedId, senderNonce }: Transaction): readonly Attribute[] => [
  printable('messageType', CERT_REP),
  encoded('transactionID', encodedId),
  octets('senderNonce', randomBytes(NONCE_BYTES)),
  ...(senderNonce === undefined ? [] : [octets('recipientNonce', senderNonce)]),
]
