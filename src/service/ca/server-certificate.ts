import { ServiceError } from '../../errors.ts'
import { exportPrivateKeyPem } from '../../keys/index.ts'
import {
  basicConstraints,
  type Certificate,
  extendedKeyUsage,
  findSubjectAltName,
  formatCertificatePem,
  keyUsage,
  subjectAltName,
} from '../../protocol/x509/index.ts'
import { findHeldKey } from './held-key.ts'
import { ensureKey, type KeyOptions } from './own-key.ts'

/** Apple's limit for certificates of a root that somebody installed. */
const MAX_DAYS = 825

/** What a TLS listener needs, PEM. */
export interface ServerCertificate {
  readonly certificate: string
  readonly privateKey: string
}

export interface ServerCertificateOptions extends KeyOptions {
  readonly organization: string
  /** Names and addresses. */
  readonly hosts: readonly string[]
}

/**
 * The TLS certificate of windfall's own CA for these names and addresses; made anew when they change.
 * @throws ServiceError unavailable `ca_absent`, `ca_expired`
 */
export const openServerCertificate = async (
  options: ServerCertificateOptions,
): Promise<ServerCertificate & { readonly decoded: Certificate }> => {
  const { organization, hosts } = options
  const root = await findHeldKey(options, 'root')
  if (root === undefined) throw new ServiceError('unavailable', 'ca_absent', 'there is no root CA')
  const names = subjectAltName(hosts)
  const key = await ensureKey(options, {
    role: 'tls',
    issuer: root,
    subject: [[['O', organization]], [['CN', hosts[0] ?? organization]]],
    keyType: 'p-256',
    days: MAX_DAYS - 1,
    extensions: [
      basicConstraints({ ca: false }),
      keyUsage('digitalSignature'),
      extendedKeyUsage('serverAuth'),
      names,
    ],
    fits: ({ extensions }) =>
      Buffer.compare(findSubjectAltName(extensions) ?? new Uint8Array(), names.value) === 0,
  })
  return {
    decoded: key.certificate,
    certificate: formatCertificatePem(key.certificate),
    privateKey: exportPrivateKeyPem(key.privateKey),
  }
}
