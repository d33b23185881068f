import { type KeyObject, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { ServiceError } from '../../errors.ts'
import { createSigner, exportPrivateKeyPem, importPrivateKeyPem } from '../../keys/index.ts'
import type { Identity } from '../../protocol/cms/index.ts'
import { formatCertificatePem, parseCertificates } from '../../protocol/x509/index.ts'

/** A certificate with its chain, and its key, both PEM. */
export interface PairFiles {
  readonly certificateFile: string
  readonly keyFile: string
}

/** A certificate that somebody else issued, with its chain and its key. */
export interface GivenPair {
  readonly identity: Identity
  /** PEM, the chain behind the certificate. */
  readonly certificate: string
  /** PEM. */
  readonly privateKey: string
}

/** As `openPair`. @throws ServiceError invalid `pair_unreadable`, or what is wrong with the key */
export const readGivenPair = async (files: PairFiles): Promise<GivenPair> => {
  const [certificateFile, keyFile] = await readFiles(files)
  return openPair(certificateFile, importPrivateKeyPem(keyFile.toString('utf8')))
}

/**
 * A pair of which the key fits and the chain is in order (RFC 8446 §4.4.2: each certificate certifies the one before
 * it).
 * @throws ServiceError invalid `pair_key`, `pair_chain`; ProtocolError for a certificate
 */
export const openPair = (certificates: Uint8Array, key: KeyObject): GivenPair => {
  const [certificate, ...chain] = parseCertificates(certificates)
  const signer = createSigner(key)
  if (Buffer.compare(signer.publicKey, certificate.publicKey.bytes) !== 0) {
    throw refusal('pair_key', 'the key is not the one of the certificate')
  }
  const all = [certificate, ...chain]
  if (!isInOrder(all.map(({ bytes }) => new X509Certificate(bytes)))) {
    throw refusal('pair_chain', 'each certificate of the file must certify the one before it')
  }
  return {
    identity: { certificate, chain, signer },
    certificate: all.map(formatCertificatePem).join(''),
    privateKey: exportPrivateKeyPem(key),
  }
}

/** What clients go by, beside the chain. */
export interface PairUse {
  /** Milliseconds since 1970. */
  readonly at: number
  /** The name or address that the certificate is for; undefined where it is for none. */
  readonly host: string | undefined
}

/**
 * Why nobody would accept a pair that is good in itself: `pair_expired`, `pair_not_yet_valid`, `pair_host`; undefined
 * where there is no reason.
 */
export const findPairFault = (
  { identity: { certificate } }: GivenPair,
  { at, host }: PairUse,
): ServiceError | undefined => {
  const { notBefore, notAfter, bytes } = certificate
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10)
  if (at > notAfter) {
    return refusal('pair_expired', `the certificate has ended on ${day(notAfter)}`)
  }
  if (at < notBefore) {
    return refusal('pair_not_yet_valid', `the certificate begins on ${day(notBefore)}`)
  }
  if (host !== undefined && !covers(new X509Certificate(bytes), host)) {
    return refusal('pair_host', `the certificate is not for ${host}`)
  }
  return undefined
}

const readFiles = ({ certificateFile, keyFile }: PairFiles) =>
  Promise.all([readFile(certificateFile), readFile(keyFile)]).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw refusal('pair_unreadable', `a file of the pair cannot be read: ${reason}`, { cause })
  })

const isInOrder = (chain: readonly X509Certificate[]): boolean =>
  chain.slice(1).every((issuer, index) => {
    const certificate = chain[index]
    return certificate?.checkIssued(issuer) && certificate.verify(issuer.publicKey)
  })

// A common name counts for nothing: iOS has looked at SubjectAltName alone since version 13.
const covers = (certificate: X509Certificate, host: string): boolean =>
  isIP(host) === 0
    ? certificate.checkHost(host, { subject: 'never' }) !== undefined
    : certificate.checkIP(host) !== undefined

const refusal = (code: string, detail: string, options?: ErrorOptions): ServiceError =>
  new ServiceError('invalid', code, detail, options)
