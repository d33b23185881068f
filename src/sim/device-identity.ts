import { randomUUID } from 'node:crypto'
import type { Identity } from '../protocol/cms/index.ts'
import {
  authorityKeyIdentifier,
  basicConstraints,
  encodeName,
  extendedKeyUsage,
  keyUsage,
  PublicKey,
  subjectKeyIdentifier,
} from '../protocol/x509/index.ts'
import type { DeviceAuthority } from './device-ca.ts'
import { issueCertificate, randomSerialNumber } from './issue.ts'
import { generateRsaKey, type RsaKey } from './key.ts'

const AN_HOUR = 3_600_000
const THREE_YEARS = 3 * 365 * 86_400_000

/**
 * A device certificate in the shape of Apple's since 2024: a GUID that is not the UDID, both usages critical,
 * SHA-256, three years. It comes with the CA's certificate, as a phone sends both.
 */
export const issueDeviceIdentity = async (
  authority: DeviceAuthority,
  keyBits: number,
): Promise<{ readonly identity: Identity; readonly key: RsaKey }> => {
  const key = await generateRsaKey(keyBits)
  const { identifier } = new PublicKey(key.publicKey)
  const now = Date.now()
  const certificate = await issueCertificate(
    {
      serialNumber: randomSerialNumber(),
      issuer: authority.certificate.subject,
      subject: encodeName([
        [['CN', randomUUID().toUpperCase()]],
        [['C', 'US']],
        [['ST', 'CA']],
        [['L', 'Cupertino']],
        [['O', 'Apple Inc.']],
        [['OU', 'iPhone']],
      ]),
      notBefore: now - AN_HOUR,
      notAfter: now + THREE_YEARS,
      publicKey: key.publicKey,
      extensions: [
        basicConstraints({ ca: false }),
        keyUsage('digitalSignature', 'keyEncipherment'),
        { ...extendedKeyUsage('serverAuth', 'clientAuth'), critical: true },
        subjectKeyIdentifier(identifier),
        authorityKeyIdentifier(authority.certificate.publicKey.identifier),
      ],
    },
    authority.key.signer,
  )
  return { key, identity: { signer: key.signer, certificate, chain: [authority.certificate] } }
}
