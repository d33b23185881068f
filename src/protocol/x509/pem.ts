import { ProtocolError } from '../../errors.ts'
import { type Certificate, decodeCertificate } from './certificate.ts'

/** RFC 7468 §5. */
export const formatCertificatePem = ({ bytes }: Pick<Certificate, 'bytes'>): string => {
  const lines = Buffer.from(bytes)
    .toString('base64')
    .replaceAll(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

const SEQUENCE = 0x30
const BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g

/**
 * The certificates of a file, at least one: PEM, one or several, or DER.
 * @throws ProtocolError `certificate_file`, or what is wrong with one of them
 */
export const parseCertificates = (file: Uint8Array): readonly [Certificate, ...Certificate[]] => {
  if (file[0] === SEQUENCE) return [decodeCertificate(file)]
  const [first, ...more] = [...Buffer.from(file).toString('latin1').matchAll(BLOCK)].map(
    ([, base64 = '']) => decodeCertificate(Buffer.from(base64, 'base64')),
  )
  if (first === undefined) {
    throw new ProtocolError('certificate_file', 'the file holds no certificate, PEM or DER')
  }
  return [first, ...more]
}
