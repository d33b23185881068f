import type { Config } from '../../config/index.ts'
import type { KeyOptions } from './own-key.ts'
import {
  openGivenPair,
  openOwnCertificate,
  type Renewable,
  type RenewablePair,
} from './renewable.ts'

export interface ConfiguredCertificates {
  /** The signer of profiles that is given in files, if there is one. */
  readonly signer: RenewablePair | undefined
  /** What serves TLS: the pair that is given, else a certificate of our own CA. */
  openTls(): Promise<Renewable>
}

/**
 * The certificates that the configuration asks for; `hosts` are the names of the server, the public one first. A pair
 * that serves TLS and signs profiles is one, so that both always go together.
 * @throws ServiceError, ProtocolError for a pair that cannot be used
 */
export const openConfigured = async (
  options: KeyOptions,
  { config, hosts }: { readonly config: Config; readonly hosts: readonly string[] },
): Promise<ConfiguredCertificates> => {
  const { tls, organization } = config
  const [host] = hosts
  const isSame =
    config.signer.certificateFile === tls.certificateFile && config.signer.keyFile === tls.keyFile
  const open = async (files: Config['tls'] | Config['signer'], use: 'tls' | 'signer') => {
    const { certificateFile, keyFile } = files
    if (certificateFile === undefined || keyFile === undefined) return undefined
    const isForHost = use === 'tls' && host !== undefined
    const pair = { role: use, certificateFile, keyFile, ...(isForHost ? { host } : {}) }
    return await openGivenPair(options, pair)
  }
  const signer = await open(config.signer, isSame ? 'tls' : 'signer')
  return {
    signer,
    openTls: async () =>
      (isSame ? signer : await open(tls, 'tls')) ??
      (await openOwnCertificate({ ...options, organization: organization.name, hosts })),
  }
}
