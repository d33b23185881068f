import { createPrivateKey, randomBytes } from 'node:crypto'
import { der } from '../src/protocol/asn1/index.ts'
import {
  decodeEnvelopedData,
  openEnvelopedData,
  verifySignedData,
} from '../src/protocol/cms/index.ts'
import {
  dict,
  expectDict,
  formatPlist,
  getArray,
  getData,
  getDict,
  getString,
  type PlistDict,
  type PlistValue,
  parsePlist,
} from '../src/protocol/plist/index.ts'
import { type Certificate, type Hash, keyUsage } from '../src/protocol/x509/index.ts'
import { type Holder, makeDecrypter, makeHolder, makeKey } from './codec/holder.ts'
import { signedAttributes, signedData, signedDataIndefinite, signerInfo } from './codec/message.ts'
import { ACCOUNT, type TestServer } from './harness.ts'
import { type Answer, type Reachable, request } from './request.ts'
import { certify, type PkcsReqOptions } from './scep-client.ts'

interface Credentials {
  readonly name: string
  readonly password: string
}

/** The header of HTTP Basic. */
export const basic = ({ name, password }: Credentials = ACCOUNT) => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
})

/** What is inside a signed profile. The signature must be good; by whom is for the caller to ask. */
export const openProfile = (bytes: Uint8Array): PlistDict =>
  expectDict(
    parsePlist(
      verifySignedData(bytes, { signedAttributes: 'required', hashes: ['sha256'] }).content,
    ),
  )

/** Status and code of a refusal by `/profile` or `/scep`, e.g. `403 challenge_unknown`. */
export const refusalOf = ({ status, body }: Answer): string =>
  `${status} ${body.toString().split(':', 1)[0]}`

/** Signs in by HTTP Basic and reads the challenge of phase 1, by default of the flow that the configuration describes. */
export const offeredChallenge = async (
  server: Reachable,
  account: Credentials = ACCOUNT,
  path = '/enroll',
): Promise<string> => {
  const { body } = await request(server, path, { headers: basic(account) })
  const content = getDict(openProfile(body), 'PayloadContent')
  return (content && getString(content, 'Challenge')) ?? ''
}

/** Device attributes by Apple's names; those that are undefined are not sent. */
type Attributes = Readonly<Record<string, PlistValue | undefined>>

/** A device as the messages that it sends. */
export interface TestDevice {
  readonly attributes: Attributes
  /** Stands in for what Apple puts into a device. */
  readonly identity: Holder
}

// Devices differ by their certificates; one key makes them cheap.
const deviceKey = makeKey('rsa-2048')

/** An iPhone of the server's simulated device CA with attributes of its own. */
export const makeDevice = (
  { authority }: Pick<TestServer, 'authority'>,
  attributes: Attributes = {},
): TestDevice => {
  const { certificate, key } = authority
  const issuer = { certificate, chain: [], signer: key.signer, key: createPrivateKey(key.toPem()) }
  const name = randomBytes(8).toString('hex').toUpperCase()
  const identity = makeHolder({
    key: deviceKey,
    issuer,
    subject: [[['CN', name]], [['O', 'Apple Inc.']], [['OU', 'iPhone']]],
    serialNumber: Buffer.concat([Uint8Array.of(1), randomBytes(8)]),
    extensions: [keyUsage('digitalSignature', 'keyEncipherment')],
  })
  return {
    identity,
    attributes: {
      UDID: `00008120-${name}`,
      SERIAL: name.slice(0, 10),
      PRODUCT: 'iPhone15,2',
      VERSION: '23B85',
      IMEI: '351234567890126',
      ...attributes,
    },
  }
}

export interface ProfileRequestOptions {
  /** Attributes that are other than the device's, beside `CHALLENGE`; undefined leaves one out. */
  readonly changes?: Attributes
  readonly signer?: Holder
  /** What the message carries beside the signer's certificate. */
  readonly chain?: readonly Certificate[]
  readonly hash?: Hash
  /** Both are Apple's: signed attributes in DER, or none and BER of indefinite length. */
  readonly shape?: 'signed-attributes' | 'bare'
}

/** The body of a POST to `/profile`. */
export const profileRequest = (
  { attributes, identity }: TestDevice,
  options: ProfileRequestOptions = {},
): Uint8Array => {
  const { changes, signer = identity, hash = 'sha256', shape = 'signed-attributes' } = options
  const content = formatPlist(dict({ ...attributes, ...changes }))
  const certificates = [signer.certificate, ...(options.chain ?? [])].map(({ bytes }) => bytes)
  const message = { certificates, content: der.octetString(content) }
  if (shape === 'bare') {
    return signedDataIndefinite({
      ...message,
      signerInfos: [signerInfo(signer, content, { hash })],
    })
  }
  const signed = { hash, attributes: signedAttributes(content, hash) }
  return signedData({ ...message, signerInfos: [signerInfo(signer, content, signed)] })
}

export const postProfile = async (server: Reachable, body: Uint8Array): Promise<Answer> => {
  const headers = { 'content-type': 'application/pkcs7-signature' }
  return await request(server, '/profile', { method: 'POST', headers, body })
}

/** Phase 2, with the challenge of phase 1. */
export const postPhase2 = async (
  server: Reachable,
  device: TestDevice,
  { challenge, changes, ...options }: ProfileRequestOptions & { readonly challenge: string },
): Promise<Answer> => {
  const message = { ...options, changes: { CHALLENGE: challenge, ...changes } }
  return await postProfile(server, profileRequest(device, message))
}

/** Phase 3, signed with what SCEP brought. */
export const postPhase3 = async (
  server: Reachable,
  device: TestDevice,
  options: ProfileRequestOptions & { readonly signer: Holder },
): Promise<Answer> => await postProfile(server, profileRequest(device, options))

/** The content of the one SCEP payload in the signed profile of phase 2. */
export const scepPayloadOf = (profile: Uint8Array): PlistDict => {
  const [payload] = getArray(openProfile(profile), 'PayloadContent') ?? []
  const content = payload === undefined ? undefined : getDict(expectDict(payload), 'PayloadContent')
  if (content === undefined) throw new Error('a SCEP payload was expected')
  return content
}

/** Phase 1 to SCEP without a fault: the identity that opens phase 3. */
export const obtainIdentity = async (
  server: Reachable,
  device: TestDevice,
  options: Pick<PkcsReqOptions, 'key'> & Partial<PkcsReqOptions>,
): Promise<Holder> => {
  const { body } = await postPhase2(server, device, { challenge: await offeredChallenge(server) })
  return await certify(server, scepPayloadOf(body), options)
}

/** Everything behind phase 1, from the profile that was downloaded there: the answer of phase 3. */
export const configureWith = async (
  server: Reachable,
  device: TestDevice,
  profile: Uint8Array,
): Promise<Answer> => {
  const content = getDict(openProfile(profile), 'PayloadContent')
  const challenge = (content && getString(content, 'Challenge')) ?? ''
  const { body } = await postPhase2(server, device, { challenge })
  const signer = await certify(server, scepPayloadOf(body), { key: makeKey('rsa-2048') })
  return await postPhase3(server, device, { signer })
}

/** The payloads of the final profile, opened with the key that it is encrypted to. */
export const openPayloads = (profile: Uint8Array, holder: Holder): readonly PlistDict[] => {
  const envelope = getData(openProfile(profile), 'EncryptedPayloadContent') ?? new Uint8Array()
  const recipient = { certificate: holder.certificate, decrypter: makeDecrypter(holder.key) }
  const payloads = parsePlist(openEnvelopedData(decodeEnvelopedData(envelope), recipient))
  if (!Array.isArray(payloads)) throw new Error('an array of payloads was expected')
  return payloads.map((payload: PlistValue) => expectDict(payload))
}
