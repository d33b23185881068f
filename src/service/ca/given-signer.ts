import { ServiceError } from '../../errors.ts'
import { createSigner, importPrivateKeyPem } from '../../keys/index.ts'
import type { Identity } from '../../protocol/cms/index.ts'
import { parseCertificates } from '../../protocol/x509/index.ts'

/**
 * A signer of profiles that somebody else certified: its certificate with its chain, and its key, PEM.
 * @throws ServiceError invalid `signer_file`, or what is wrong with the key; ProtocolError for the certificate
 */
export const parseGivenSigner = (certificates: Uint8Array, privateKey: string): Identity => {
  const [certificate, ...chain] = parseCertificates(certificates)
  const signer = createSigner(importPrivateKeyPem(privateKey))
  if (Buffer.compare(signer.publicKey, certificate.publicKey.bytes) !== 0) {
    throw new ServiceError('invalid', 'signer_file', 'the key is not the one of the certificate')
  }
  return { certificate, chain, signer }
}
