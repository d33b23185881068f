import { createHash } from 'node:crypto'
import {
  encodeCertificatesOnly,
  type Identity,
  sealEnvelopedData,
  signData,
  verifySignedData,
} from '../../src/protocol/cms/index.ts'
import { formatPlist, type PlistDict } from '../../src/protocol/plist/index.ts'
import {
  configuration,
  encryptedConfiguration,
  profileService,
  type ScepPayload,
  scepPayload,
} from '../../src/protocol/profile/index.ts'
import {
  decodeMessage,
  formatCapabilities,
  openRequest,
  parseScepQuery,
  type ScepRequest,
  sealSuccess,
} from '../../src/protocol/scep/index.ts'
import {
  basicConstraints,
  type Certificate,
  type Extension,
  extendedKeyUsage,
  keyUsage,
  LEGACY_KEY_POLICY,
  subjectAltName,
} from '../../src/protocol/x509/index.ts'
import { type Holder, issue, makeHolder } from './holder.ts'
import { type Answer, type Received, type Respond, ScriptedServer } from './server.ts'

/** Everybody who holds a key on the side of the server. */
export interface Cast {
  readonly root: Holder
  readonly tls: Holder
  readonly profileSigner: Holder
  /** P-256; requests go to the RA. */
  readonly issuing: Holder
  readonly ra: Holder
}

export const CA_EXTENSIONS: readonly Extension[] = [
  basicConstraints({ ca: true }),
  keyUsage('keyCertSign', 'cRLSign'),
]

export const makeCast = async (): Promise<Cast> => {
  const root = await makeHolder({ name: 'Root', extensions: CA_EXTENSIONS })
  const issuing = await makeHolder({ name: 'Issuing CA', issuer: root, extensions: CA_EXTENSIONS })
  const [tls, profileSigner, ra] = await Promise.all([
    makeHolder({ name: 'TLS', issuer: root, extensions: [subjectAltName(['127.0.0.1'])] }),
    makeHolder({ name: 'Profiles', issuer: root, extensions: [keyUsage('digitalSignature')] }),
    makeHolder({ name: 'RA', issuer: issuing, type: 'rsa-2048', extensions: END_ENTITY }),
  ])
  return { root, tls, profileSigner, issuing, ra }
}

export const END_ENTITY: readonly Extension[] = [
  basicConstraints({ ca: false }),
  keyUsage('digitalSignature', 'keyEncipherment'),
  extendedKeyUsage('clientAuth'),
]

type Reply = Response | Promise<Response>
type Response = Awaited<ReturnType<Respond>>

/** The messages of an enrollment, each of which a test may say differently. */
export interface Script {
  readonly phase1: (request: Received) => Reply
  readonly phase2: (request: Received) => Reply
  readonly caCertificates: () => Reply
  readonly capabilities: () => Reply
  readonly certificate: (request: ScepRequest) => Reply
  readonly phase3: (request: Received, device: Certificate) => Reply
}

const PROFILE = 'application/x-apple-aspen-config'

/** An honest server, and what a test needs to be a dishonest one. */
export class Play {
  readonly cast: Cast
  url = ''

  constructor(cast: Cast) {
    this.cast = cast
  }

  /** Starts a server that is honest but for what is given. */
  async start(change: (play: Play) => Partial<Script> = () => ({})): Promise<ScriptedServer> {
    const script = { ...this.#honest(), ...change(this) }
    const server = await ScriptedServer.start(this.cast.tls, (request) =>
      this.#respond(request, script),
    )
    this.url = server.url
    return server
  }

  profileService(changes: Partial<Parameters<typeof profileService>[0]> = {}): PlistDict {
    return profileService({
      identifier: 'example.enroll',
      uuid: '5F6F4B4B-4C3C-4A2E-8E35-000000000001',
      displayName: 'Enrollment',
      url: `${this.url}/profile`,
      deviceAttributes: ['UDID', 'VERSION', 'PRODUCT', 'SERIAL', 'MODEL'],
      challenge: 'challenge of phase 1',
      ...changes,
    })
  }

  scepPayload(changes: Partial<ScepPayload> = {}): PlistDict {
    return scepPayload({
      identifier: 'example.scep',
      uuid: '5F6F4B4B-4C3C-4A2E-8E35-000000000003',
      displayName: 'Certificate',
      url: `${this.url}/scep`,
      name: 'an id/with+signs',
      subject: [[['O', 'Example']], [['CN', 'Anna']]],
      challenge: 'challenge of SCEP',
      keySize: 2048,
      caFingerprint: createHash('sha256').update(this.cast.issuing.certificate.bytes).digest(),
      ...changes,
    })
  }

  configuration(payloads: readonly PlistDict[] = [this.scepPayload()]): PlistDict {
    return configuration({
      identifier: 'example.configuration',
      uuid: '5F6F4B4B-4C3C-4A2E-8E35-000000000002',
      displayName: 'Configuration',
      payloads,
    })
  }

  /** The final profile with one harmless payload, sealed to the certificate; or around a given content. */
  encrypted(recipient: Certificate, content: Uint8Array = formatPlist([WEB_CLIP])): PlistDict {
    const envelope = sealEnvelopedData(content, { recipient, cipher: 'aes-256-cbc' })
    return encryptedConfiguration(this.configuration([]), envelope)
  }

  async signed(profile: PlistDict, identity: Identity = this.cast.profileSigner): Promise<Answer> {
    const content = formatPlist(profile)
    return { type: PROFILE, body: await signData({ content, identity, hash: 'sha256' }) }
  }

  /** CertRep SUCCESS with the certificate. */
  async reply(request: ScepRequest, certificate: Certificate, by = this.cast.ra): Promise<Answer> {
    const { transaction, cipher, signer: recipient } = request
    const hash = request.hash === 'sha1' ? 'sha1' : 'sha256'
    const { bytes } = certificate
    const options = {
      identity: { ...by, chain: [] },
      transaction,
      hash,
      certificate: bytes,
    } as const
    const body = await sealSuccess({ ...options, recipient, cipher })
    return { type: 'application/x-pki-message', body }
  }

  issue(publicKey: Uint8Array, issuer = this.cast.issuing): Promise<Certificate> {
    return issue(issuer, { name: 'Anna', publicKey, extensions: END_ENTITY })
  }

  #honest(): Script {
    const { issuing, ra, root } = this.cast
    return {
      phase1: () => this.signed(this.profileService()),
      phase2: () => this.signed(this.configuration()),
      caCertificates: () => caCertificates(ra, issuing, root),
      capabilities: () => ({ body: formatCapabilities() }),
      certificate: async (request) =>
        await this.reply(request, await this.issue(request.certificateRequest.publicKey.bytes)),
      phase3: (_, device) => this.signed(this.encrypted(device)),
    }
  }

  async #respond(request: Received, script: Script): Promise<Response> {
    const [path, query = ''] = request.target.split('?')
    if (path === '/enroll') return await script.phase1(request)
    if (path === '/scep') return await this.#respondScep(request, query, script)
    const { signer } = verifySignedData(request.body, {
      signedAttributes: 'optional',
      hashes: ['sha1', 'sha256'],
    })
    const isOurs = Buffer.compare(signer.issuer, this.cast.issuing.certificate.subject) === 0
    return isOurs ? await script.phase3(request, signer) : await script.phase2(request)
  }

  async #respondScep({ method, body }: Received, query: string, script: Script): Promise<Response> {
    const { operation, message = '' } = parseScepQuery(query, method === 'POST' ? 'POST' : 'GET')
    if (operation === 'GetCACert') return await script.caCertificates()
    if (operation === 'GetCACaps') return await script.capabilities()
    const bytes = method === 'POST' ? body : decodeMessage(message)
    const request = openRequest(bytes, {
      recipient: this.cast.ra,
      keyPolicy: LEGACY_KEY_POLICY,
      allowSingleDes: false,
    })
    if (request.kind === 'refusal') return { status: 400, body: request.code }
    return await script.certificate(request)
  }
}

const WEB_CLIP: PlistDict = new Map(
  Object.entries({
    PayloadType: 'com.apple.webClip.managed',
    PayloadVersion: 1,
    PayloadIdentifier: 'example.clip',
    PayloadUUID: '5F6F4B4B-4C3C-4A2E-8E35-000000000004',
    PayloadDisplayName: 'Web clip',
  }),
)

/** GetCACert with several certificates. */
export const caCertificates = (...holders: readonly Holder[]): Answer => ({
  type: 'application/x-x509-ca-ra-cert',
  body: encodeCertificatesOnly(holders.map(({ certificate }) => certificate.bytes)),
})
