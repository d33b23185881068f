import { type Certificate, decodeCertificate } from '../protocol/x509/index.ts'
import { SimError } from './sim-error.ts'

/** RFC 7468 §5. */
export const formatCertificatePem = ({ bytes }: Certificate): string => {
  const lines = Buffer.from(bytes)
    .toString('base64')
    .replaceAll(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

const SEQUENCE = 0x30
const BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g

/**
 * The certificates of a file: PEM, one or several, or DER.
 * @throws SimError `certificate_file`; ProtocolError if one of them is malformed
 */
export const parseCertificates = (file: Uint8Array): readonly Certificate[] => {
  if (file[0] === SEQUENCE) return [decodeCertificate(file)]
  const blocks = [...Buffer.from(file).toString('latin1').matchAll(BLOCK)]
  if (blocks.length === 0) {
    throw new SimError('failed', 'certificate_file', 'the file holds no certificate, PEM or DER')
  }
  return blocks.map(([, base64 = '']) => decodeCertificate(Buffer.from(base64, 'base64')))
}
