import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatCertificatePem, parseCertificates } from '../protocol/x509/index.ts'
import { createFacts, type Device } from './device.ts'
import { isKeyOf, parseRsaKey } from './key.ts'
import { SimError } from './sim-error.ts'

const KEY_FILE = 'device.key.pem'
const CERTIFICATE_FILE = 'device.cert.pem'
const CHAIN_FILE = 'chain.pem'
const FACTS_FILE = 'device.json'

/** Writes key (0600), certificate, CA and what the device says of itself, so that other programs can play it. */
export const saveDevice = async (directory: string, device: Device): Promise<void> => {
  const { facts, identity, key } = device
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const write = (name: string, text: string, mode: number): Promise<void> =>
    writeFile(join(directory, name), text, { mode })
  const { UDID: udid, SERIAL: serial, PRODUCT: product, VERSION: build } = facts
  await write(KEY_FILE, key.toPem(), 0o600)
  await write(CERTIFICATE_FILE, formatCertificatePem(identity.certificate), 0o644)
  await write(CHAIN_FILE, identity.chain.map(formatCertificatePem).join(''), 0o644)
  const json = JSON.stringify({ udid, serial, product, build, imei: facts.IMEI }, undefined, 2)
  await write(FACTS_FILE, `${json}\n`, 0o644)
}

/** @throws SimError `device_directory`; errors of the file system */
export const loadDevice = async (directory: string): Promise<Device> => {
  const read = (name: string): Promise<Buffer> => readFile(join(directory, name))
  const key = parseRsaKey((await read(KEY_FILE)).toString('latin1'))
  const [certificate] = parseCertificates(await read(CERTIFICATE_FILE))
  if (certificate === undefined || !isKeyOf(key, certificate)) {
    throw malformed('the certificate is of another key')
  }
  const chain = parseCertificates(await read(CHAIN_FILE))
  const json = parseJson((await read(FACTS_FILE)).toString())
  const text = (name: string): string => {
    const value = typeof json === 'object' && json !== null ? Reflect.get(json, name) : undefined
    if (typeof value !== 'string') throw malformed(`${FACTS_FILE} does not say the ${name}`)
    return value
  }
  return {
    facts: createFacts({
      UDID: text('udid'),
      SERIAL: text('serial'),
      PRODUCT: text('product'),
      VERSION: text('build'),
      IMEI: text('imei'),
    }),
    identity: { signer: key.signer, certificate, chain },
    key,
  }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw malformed(`${FACTS_FILE} is not JSON`, { cause })
  }
}

const malformed = (message: string, options?: ErrorOptions): SimError =>
  new SimError('failed', 'device_directory', message, options)
