import type { Identity } from '../protocol/cms/index.ts'
import { encodeName, extendedKeyUsage, keyUsage } from '../protocol/x509/index.ts'
import { issueCertificate } from './issue.ts'
import { generateRsaKey, type RsaKey } from './key.ts'

const A_YEAR = 365 * 86_400_000
const AN_HOUR = 3_600_000

/** What signs one request and opens its answer. */
export interface ScepSigner {
  readonly identity: Identity
  readonly key: RsaKey
}

/**
 * A self-signed certificate made for one request, as Apple's client makes it (mdmclient 2017): another key than the
 * one to be certified, serial number 1, a year, no keyEncipherment, although the answer is encrypted to it.
 */
export const createScepSigner = async (now: number, keyBits = 2048): Promise<ScepSigner> => {
  const key = await generateRsaKey(keyBits)
  const name = encodeName([[['CN', 'MDM SCEP SIGNER']], [['C', 'US']]])
  const certificate = await issueCertificate(
    {
      serialNumber: Uint8Array.of(1),
      issuer: name,
      subject: name,
      notBefore: now - AN_HOUR,
      notAfter: now + A_YEAR,
      publicKey: key.publicKey,
      extensions: [
        keyUsage('digitalSignature'),
        { ...extendedKeyUsage('clientAuth'), critical: true },
      ],
    },
    key.signer,
  )
  return { key, identity: { signer: key.signer, certificate, chain: [] } }
}
