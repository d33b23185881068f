import type { TlsCertificate } from '../src/http/index.ts'
import { makeHolder, makeKey } from './codec/holder.ts'

/** A certificate that nobody trusts, for a listener. */
export const makeTls = (): TlsCertificate => {
  const { certificate, key } = makeHolder({ key: makeKey('p-256') })
  const base64 = Buffer.from(certificate.bytes).toString('base64')
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    privateKey: String(key.export({ type: 'pkcs8', format: 'pem' })),
  }
}
