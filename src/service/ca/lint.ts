import {
  allowsKeyUsage,
  type Certificate,
  decodeCertificate,
  encodeCertificate,
  isCa,
  type PublicKey,
} from '../../protocol/x509/index.ts'

/**
 * Reads back what is about to be signed and compares it with what was meant. A difference is a bug of
 * ours, and nothing is signed.
 * @throws Error naming the first rule that is broken
 */
export const lintDeviceCertificate = (
  tbs: Uint8Array,
  meant: {
    readonly issuer: Certificate
    /** Name, DER. */
    readonly subject: Uint8Array
    readonly publicKey: PublicKey
  },
): void => {
  const { issuer } = meant
  const algorithm = issuer.publicKey.key.asymmetricKeyType === 'rsa' ? 'rsa' : 'ecdsa'
  const certificate = decodeCertificate(encodeCertificate(tbs, algorithm, Uint8Array.of(0)))
  const { serialNumber, extensions } = certificate
  const rules: readonly (readonly [rule: string, holds: boolean])[] = [
    ['version 3', certificate.version === 3],
    ['serial number of 9 to 20 octets', serialNumber.length > 8 && serialNumber.length <= 20],
    ['positive serial number', (serialNumber[0] ?? 0x80) < 0x80],
    ["the issuer's name", Buffer.compare(certificate.issuer, issuer.subject) === 0],
    ['the subject that was ordered', Buffer.compare(certificate.subject, meant.subject) === 0],
    [
      'the key of the request',
      Buffer.compare(certificate.publicKey.bytes, meant.publicKey.bytes) === 0,
    ],
    ['begins before it ends', certificate.notBefore < certificate.notAfter],
    ["within the issuer's life", certificate.notBefore >= issuer.notBefore],
    ["within the issuer's life", certificate.notAfter <= issuer.notAfter],
    ['not a CA', !isCa(certificate) && !allowsKeyUsage(extensions, 'keyCertSign')],
    ['the five extensions of the profile', extensions.size === 5],
  ]
  const broken = rules.find(([, holds]) => !holds)
  if (broken !== undefined) throw new Error(`a certificate failed the lint: ${broken[0]}`)
}
