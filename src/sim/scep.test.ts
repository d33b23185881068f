import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { before, test } from 'node:test'
import { enrollWith, formatStop, makeDevice } from '../../test/scripted/device.ts'
import {
  CA_EXTENSIONS,
  type Cast,
  caCertificates,
  END_ENTITY,
  makeCast,
  Play,
  type Script,
} from '../../test/scripted/enrollment.ts'
import { type Holder, issue, makeHolder } from '../../test/scripted/holder.ts'
import { dict, getDict, type PlistDict } from '../protocol/plist/index.ts'
import { type ScepRequest, sealFailure } from '../protocol/scep/index.ts'
import { basicConstraints, decodeName, keyUsage } from '../protocol/x509/index.ts'
import type { Device } from './device.ts'
import { enroll } from './enroll.ts'
import type { SimStep } from './step.ts'

let cast: Cast
let device: Device

before(async () => {
  cast = await makeCast()
  device = await makeDevice()
})

const stop = async (change: (play: Play) => Partial<Script>): Promise<string> =>
  formatStop(await enrollWith(cast, device, change))

/** A phase 2 profile whose SCEP payload says this. */
const scep =
  (changes: Parameters<Play['scepPayload']>[0]) =>
  (play: Play): Partial<Script> => ({
    phase2: () => play.signed(play.configuration([play.scepPayload(changes)])),
  })

const withContent = (payload: PlistDict, content: Readonly<Record<string, number>>): PlistDict =>
  new Map([
    ...payload,
    ['PayloadContent', new Map([...(getDict(payload, 'PayloadContent') ?? []), ...dict(content)])],
  ])

const walk = async (change: (play: Play) => Partial<Script>, people = cast) => {
  await using server = await new Play(people).start(change)
  const steps: SimStep[] = []
  const outcome = await enroll({
    url: server.url,
    account: { name: 'anna', password: 'secret' },
    device,
    roots: [people.root.certificate],
    onStep: (step) => void steps.push(step),
  })
  const scepRequests = server.received.filter(({ target }) => target.startsWith('/scep'))
  return { outcome, steps, scepRequests }
}

test('sends the Name of the payload, escaped, and asks in the order of iOS', async () => {
  const { scepRequests } = await walk(() => ({}))
  assert.deepEqual(
    scepRequests.map(({ method, target }) => `${method} ${target}`),
    [
      'GET /scep?operation=GetCACert&message=an%20id%2Fwith%2Bsigns',
      'GET /scep?operation=GetCACaps&message=an%20id%2Fwith%2Bsigns',
      'POST /scep?operation=PKIOperation',
    ],
  )
})

test('asks with the subject and the challenge of the payload, signed as Apple signs', async () => {
  const requests: ScepRequest[] = []
  await walk((play) => ({
    certificate: async (request) => {
      requests.push(request)
      return await play.reply(request, await play.issue(request.certificateRequest.publicKey.bytes))
    },
  }))
  const [request] = requests
  assert.ok(request)
  const { certificateRequest, signer, transaction, cipher, hash } = request
  assert.deepEqual(decodeName(certificateRequest.subject), [[['O', 'Example']], [['CN', 'Anna']]])
  assert.equal(certificateRequest.challengePassword, 'challenge of SCEP')
  assert.deepEqual(decodeName(signer.subject), [[['CN', 'MDM SCEP SIGNER']], [['C', 'US']]])
  assert.deepEqual([...signer.serialNumber], [1])
  assert.notEqual(signer.publicKey.fingerprint, certificateRequest.publicKey.fingerprint)
  const rsaPublicKey = certificateRequest.publicKey.key.export({ type: 'pkcs1', format: 'der' })
  const digest = createHash('sha1').update(rsaPublicKey).digest('hex').toUpperCase()
  assert.equal(transaction.id, digest)
  assert.deepEqual([cipher, hash], ['aes-128-cbc', 'sha256'])
})

test('does not ask for capabilities that the payload lists, and uses only those', async () => {
  const ciphers: string[] = []
  const { outcome, scepRequests } = await walk((play) => ({
    ...scep({ capabilities: ['SHA-1', 'Renewal'] })(play),
    certificate: async (request) => {
      ciphers.push(request.cipher, request.hash)
      return await play.reply(request, await play.issue(request.certificateRequest.publicKey.bytes))
    },
  }))
  assert.equal(outcome.kind, 'configured')
  assert.deepEqual(ciphers, ['des-ede3-cbc', 'sha1'])
  const [, second, ...more] = scepRequests
  assert.match(
    second?.target ?? '',
    /^\/scep\?operation=PKIOperation&message=[A-Za-z0-9+/]+(%3D){0,2}$/,
  )
  assert.equal(more.length, 0)
})

test('goes no further with a CA that offers no SHA', async () => {
  const change = () => ({ capabilities: () => ({ body: 'POSTPKIOperation\r\nAES\r\n' }) })
  assert.equal(await stop(change), 'get_ca_caps: scep_capabilities_hash')
})

test('enrolls with a CA that has no RA', async () => {
  const issuing = await makeHolder({
    name: 'Issuing CA',
    issuer: cast.root,
    type: 'rsa-2048',
    extensions: [
      basicConstraints({ ca: true }),
      keyUsage('keyCertSign', 'digitalSignature', 'keyEncipherment'),
    ],
  })
  const { outcome } = await walk(
    () => ({
      caCertificates: () => ({
        type: 'application/x-x509-ca-cert',
        body: issuing.certificate.bytes,
      }),
    }),
    { ...cast, issuing, ra: issuing },
  )
  assert.equal(outcome.kind, 'configured')
})

test('sends no request to a CA that cannot open it', async () => {
  const change = (): Partial<Script> => ({
    caCertificates: () => ({
      type: 'application/x-x509-ca-cert',
      body: cast.issuing.certificate.bytes,
    }),
  })
  assert.equal(await stop(change), 'get_ca_cert: scep_ca_key_usage')
})

test('looks for an RA where there are several certificates', async () => {
  const change = () => ({ caCertificates: () => caCertificates(cast.issuing, cast.root) })
  assert.equal(await stop(change), 'get_ca_cert: scep_ra_missing')
})

test('takes no RA without the CA that issued it', async () => {
  const change = () => ({ caCertificates: () => caCertificates(cast.ra, cast.root) })
  assert.equal(await stop(change), 'get_ca_cert: scep_ra_issuer')
})

for (const [hash, isAccepted] of [
  ['md5', true],
  ['sha1', true],
  ['sha256', true],
  ['sha384', false],
] as const) {
  test(`${isAccepted ? 'takes' : 'does not take'} a CAFingerprint by ${hash}`, async () => {
    const caFingerprint = createHash(hash).update(cast.issuing.certificate.bytes).digest()
    const expected = isAccepted ? 'get_ca_caps: response_status' : 'get_ca_cert: scep_fingerprint'
    const change = (play: Play): Partial<Script> => ({
      ...scep({ caFingerprint })(play),
      capabilities: () => ({ status: 500 }),
    })
    assert.equal(await stop(change), expected)
  })
}

test('refuses a CA that has another fingerprint than announced', async () => {
  const caFingerprint = createHash('sha256').update(cast.ra.certificate.bytes).digest()
  assert.equal(await stop(scep({ caFingerprint })), 'get_ca_cert: scep_fingerprint')
})

test('needs the fingerprint where SCEP runs over plain HTTP', async () => {
  const change = (play: Play): Partial<Script> => {
    const payload = play.scepPayload({ url: 'http://127.0.0.1/scep' })
    const content = [...(getDict(payload, 'PayloadContent') ?? [])]
    const rest = content.filter(([key]) => key !== 'CAFingerprint')
    const changed: PlistDict = new Map([...payload, ['PayloadContent', new Map(rest)]])
    return { phase2: () => play.signed(play.configuration([changed])) }
  }
  assert.equal(await stop(change), 'phase2: scep_url_unprotected')
})

test('makes no key of a size that Apple does not offer', async () => {
  assert.equal(await stop(scep({ keySize: 1536 })), 'phase2: scep_key_size')
})

test('needs a certificate for signing and encryption', async () => {
  const change = (play: Play): Partial<Script> => ({
    phase2: () =>
      play.signed(play.configuration([withContent(play.scepPayload(), { 'Key Usage': 1 })])),
  })
  assert.equal(await stop(change), 'phase2: scep_key_usage')
})

test('reports why a CA refuses', async () => {
  const { outcome } = await walk(() => ({
    certificate: async ({ transaction }) => ({
      type: 'application/x-pki-message',
      body: await sealFailure({
        identity: cast.ra,
        transaction,
        hash: 'sha256',
        failInfo: 'badRequest',
        text: 'the challenge is spent',
      }),
    }),
  }))
  assert.ok(outcome.kind === 'failed')
  assert.equal(formatStop(outcome), 'pki_operation: scep_failure')
  assert.deepEqual(outcome.detail, { failInfo: 'badRequest', text: 'the challenge is spent' })
})

test('takes no answer of another signer than the RA', async () => {
  const other = await makeHolder({ name: 'RA', issuer: cast.issuing, extensions: END_ENTITY })
  const change = (play: Play): Partial<Script> => ({
    certificate: async (request) =>
      await play.reply(request, await issueFor(request, cast.issuing), other),
  })
  assert.equal(await stop(change), 'pki_operation: scep_reply_signer')
})

test('takes no answer to another request', async () => {
  const change = (play: Play): Partial<Script> => ({
    certificate: async (request) => {
      const transaction = { ...request.transaction, senderNonce: new Uint8Array(16) }
      return await play.reply({ ...request, transaction }, await issueFor(request, cast.issuing))
    },
  })
  assert.equal(await stop(change), 'pki_operation: scep_reply_transaction')
})

test('takes no certificate for another key', async () => {
  const change = (play: Play): Partial<Script> => ({
    certificate: async (request) =>
      await play.reply(request, await play.issue(cast.ra.signer.publicKey)),
  })
  assert.equal(await stop(change), 'pki_operation: certificate_key')
})

test('takes no certificate of another CA, also of the same name', async () => {
  const impostor = await makeHolder({
    name: 'Issuing CA',
    issuer: cast.root,
    extensions: CA_EXTENSIONS,
  })
  const change =
    (issuer: Holder) =>
    (play: Play): Partial<Script> => ({
      certificate: async (request) => await play.reply(request, await issueFor(request, issuer)),
    })
  assert.equal(await stop(change(cast.root)), 'pki_operation: certificate_issuer_name')
  assert.equal(await stop(change(impostor)), 'pki_operation: certificate_signature')
})

test('takes no certificate that has expired or cannot open an envelope', async () => {
  const change =
    (options: Partial<Parameters<typeof issue>[1]>) =>
    (play: Play): Partial<Script> => ({
      certificate: async (request) =>
        await play.reply(request, await issueFor(request, cast.issuing, options)),
    })
  const notAfter = Date.now() - 1000
  const extensions = [keyUsage('digitalSignature')]
  assert.equal(await stop(change({ notAfter })), 'pki_operation: certificate_expired')
  assert.equal(await stop(change({ extensions })), 'pki_operation: certificate_key_usage')
})

const issueFor = (
  { certificateRequest }: ScepRequest,
  issuer: Holder,
  options: Partial<Parameters<typeof issue>[1]> = {},
) =>
  issue(issuer, {
    name: 'Anna',
    publicKey: certificateRequest.publicKey.bytes,
    extensions: END_ENTITY,
    ...options,
  })
