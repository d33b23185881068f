import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  basicConstraints,
  type Certificate,
  encodeName,
  formatCertificatePem,
  keyUsage,
  PublicKey,
  parseCertificates,
  subjectKeyIdentifier,
} from '../protocol/x509/index.ts'
import { createExclusively } from './exclusive-file.ts'
import { issueCertificate, randomSerialNumber } from './issue.ts'
import { generateRsaKey, isKeyOf, parseRsaKey, type RsaKey } from './key.ts'
import { SimError } from './sim-error.ts'

/** What stands in for the Apple iPhone Device CA; every installation has its own. */
export interface DeviceAuthority {
  readonly certificate: Certificate
  readonly key: RsaKey
}

const KEY_FILE = 'ca.key.pem'
const CERTIFICATE_FILE = 'ca.cert.pem'
const TWENTY_YEARS = 20 * 365.25 * 86_400_000
const AN_HOUR = 3_600_000

/**
 * The authority kept in the directory, made if it is not there. Several processes may do this at once and be
 * interrupted anywhere: the first key that stands is the key, the first certificate made with it the certificate.
 */
export const ensureDeviceAuthority = async (directory: string): Promise<DeviceAuthority> => {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const keyPath = join(directory, KEY_FILE)
  if ((await readIfThere(keyPath)) === undefined) {
    await createExclusively(keyPath, (await generateRsaKey(2048)).toPem())
  }
  const certificatePath = join(directory, CERTIFICATE_FILE)
  if ((await readIfThere(certificatePath)) === undefined) {
    const certificate = await selfSign(parseRsaKey(await readFile(keyPath, 'latin1')))
    await createExclusively(certificatePath, formatCertificatePem(certificate))
  }
  return await loadDeviceAuthority(directory)
}

/** @throws SimError `device_ca_missing`, `device_ca_mismatch` */
export const loadDeviceAuthority = async (directory: string): Promise<DeviceAuthority> => {
  const keyFile = await readIfThere(join(directory, KEY_FILE))
  const certificateFile = await readIfThere(join(directory, CERTIFICATE_FILE))
  if (keyFile === undefined || certificateFile === undefined) {
    throw new SimError('failed', 'device_ca_missing', `no simulated device CA in ${directory}`)
  }
  const key = parseRsaKey(keyFile.toString('latin1'))
  const [certificate] = parseCertificates(certificateFile)
  if (certificate === undefined || !isKeyOf(key, certificate)) {
    throw new SimError('failed', 'device_ca_mismatch', 'the CA certificate is of another key')
  }
  return { certificate, key }
}

const selfSign = async ({ publicKey, signer }: RsaKey): Promise<Certificate> => {
  const name = encodeName([[['O', 'windfall simulator']], [['CN', 'Simulated iPhone Device CA']]])
  const now = Date.now()
  const { identifier } = new PublicKey(publicKey)
  return await issueCertificate(
    {
      serialNumber: randomSerialNumber(),
      issuer: name,
      subject: name,
      notBefore: now - AN_HOUR,
      notAfter: now + TWENTY_YEARS,
      publicKey,
      extensions: [
        basicConstraints({ ca: true, pathLength: 0 }),
        keyUsage('keyCertSign'),
        subjectKeyIdentifier(identifier),
      ],
    },
    signer,
  )
}

const readIfThere = async (path: string): Promise<Buffer | undefined> => {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
