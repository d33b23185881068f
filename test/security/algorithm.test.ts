import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { der } from '../../src/protocol/asn1/index.ts'
import {
  type Cipher,
  decodeEnvelopedData,
  decodeSignedData,
  sealEnvelopedData,
} from '../../src/protocol/cms/index.ts'
import { getString } from '../../src/protocol/plist/index.ts'
import {
  allowsKeyUsage,
  type Certificate,
  encodeIssuerAndSerialNumber,
  findHash,
  findPathFault,
  isCa,
} from '../../src/protocol/x509/index.ts'
import { makeHolder, makeKey } from '../codec/holder.ts'
import { envelopedData, recipientInfo } from '../codec/message.ts'
import { makeDevice, postPhase2, postPhase3, scepPayloadOf } from '../device.ts'
import { type Answer, request } from '../request.ts'
import { issuedTo, postScep, readReply, recipientOf, type TestRequest } from '../scep-client.ts'
import { craftCsr, wrapCsr, wrapEnvelope } from './crafted.ts'
import { configure, finish, identify, offer, openScene, refused, rowsOf } from './scene.ts'

const key = makeKey('rsa-2048')
const signer = makeHolder({ key: makeKey('rsa-2048') })

const BAD_ALG = { kind: 'failure', failInfo: 'badAlg' }

/** What a message is signed with. */
const hashesOf = (message: Uint8Array): readonly (string | undefined)[] => {
  const { signerInfos } = decodeSignedData(message)
  return signerInfos.map(({ digestAlgorithm }) => findHash(digestAlgorithm))
}

/** The answer without its text. */
const kindOf = (...[sent, answer]: Parameters<typeof readReply>) => {
  const reply = readReply(sent, answer)
  return reply.kind === 'failure' ? { kind: reply.kind, failInfo: reply.failInfo } : reply
}

test('the capabilities are these seven lines, on every path and listener [security S14]', async () => {
  const env = { WINDFALL_SCEP__HTTP_LISTEN: '127.0.0.1:0' }
  await using scene = await openScene({ env })
  const plain = { url: scene.server.app.scepUrl ?? assert.fail(), roots: [] }
  const lines = 'AES\nDES3\nSHA-1\nSHA-256\nSHA-384\nPOSTPKIOperation\nSCEPStandard\n'

  for (const reachable of [scene.server, plain]) {
    for (const path of ['/scep', '/scep/pkiclient.exe', '/cgi-bin/pkiclient.exe']) {
      const answer = await request(reachable, `${path}?operation=GetCACaps`)
      assert.equal(answer.status, 200)
      assert.equal(answer.headers['content-type'], 'text/plain')
      assert.equal(answer.body.toString('latin1'), lines)
    }
  }
})

test('a device that knows SHA-1 and 3DES only is served and counted, and nothing that it gets is signed with SHA-1 [security S14]', async () => {
  await using scene = await openScene()
  const { id, challenge: offered } = await offer(scene)
  const device = makeDevice(scene.server)
  const phase2 = await postPhase2(scene.wire, device, {
    challenge: offered,
    hash: 'sha1',
    shape: 'bare',
  })
  assert.deepEqual(hashesOf(phase2.body), ['sha256'])

  const challenge = getString(scepPayloadOf(phase2.body), 'Challenge') ?? ''
  const old = { signer, hash: 'sha1', cipher: 'des-ede3-cbc' } as const
  const sent = wrapCsr(scene, craftCsr(key, { challenge }), old)
  const answer = await postScep(scene.wire, sent)
  assert.deepEqual(hashesOf(answer.body), ['sha256'])
  assert.equal(cipherOf(answer), 'des-ede3-cbc')
  const { certificate } = issuedTo(sent, answer)
  assert.equal(certificate.signatureAlgorithm.oid, ECDSA_WITH_SHA256)
  const phase3 = await postPhase3(scene.wire, device, {
    signer: { ...signer, certificate, key },
    hash: 'sha1',
  })
  assert.equal(phase3.status, 200)
  assert.deepEqual(hashesOf(phase3.body), ['sha256'])

  const [row] = (await rowsOf(scene.db, 'enrollment')).filter((each) => each['id'] === id)
  assert.equal(row?.['weak_algorithms'], '["SHA-1","3DES"]')
})

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2'
const RSA_WITH_SHA256 = '1.2.840.113549.1.1.11'

const cipherOf = ({ body }: Answer): Cipher =>
  decodeEnvelopedData(decodeSignedData(body).content ?? new Uint8Array()).cipher

test('where old devices are allowed, SHA-1 is answered with SHA-1, but certificates and profiles are never signed with it [security S14]', async () => {
  const env = {
    WINDFALL_ENROLLMENT__ALLOW_LEGACY: 'true',
    WINDFALL_CA__KEY_TYPE: 'rsa-2048',
    WINDFALL_CA__RA: 'false',
    WINDFALL_SIGNER__KEY_TYPE: 'rsa-2048',
  }
  await using scene = await openScene({ env })
  const { device, challenge } = await identify(scene)
  const old = makeKey('rsa-1024')
  const oldSigner = makeHolder({ key: old })

  const sent = wrapCsr(scene, craftCsr(old, { challenge }), {
    signer: oldSigner,
    hash: 'sha1',
    cipher: 'des-ede3-cbc',
  })
  const answer = await postScep(scene.wire, sent)
  assert.deepEqual(hashesOf(answer.body), ['sha1'])
  const holder = issuedTo(sent, answer)
  assert.equal(holder.certificate.signatureAlgorithm.oid, RSA_WITH_SHA256)
  const phase3 = await postPhase3(scene.wire, device, { signer: holder, hash: 'sha1' })
  assert.deepEqual(hashesOf(phase3.body), ['sha256'])
})

test('single DES is refused as badAlg, and opened where it is allowed [security S14]', async () => {
  for (const allowed of [false, true]) {
    await using scene = await openScene({
      env: { WINDFALL_SCEP__ALLOW_SINGLE_DES: String(allowed) },
    })
    const identified = await identify(scene)
    const csr = craftCsr(key, { challenge: identified.challenge })
    const sent = wrapCsr(scene, csr, { signer, cipher: 'des-cbc' })
    if (allowed) {
      const answer = await postScep(scene.wire, sent)
      await configure(scene, identified.device, { ...issuedTo(sent, answer), key })
      const [row] = await rowsOf(scene.db, 'enrollment')
      assert.equal(row?.['weak_algorithms'], '["DES"]')
    } else {
      const { answer, code } = await refused(scene, () => postScep(scene.wire, sent))
      assert.equal(code, 'scep_single_des')
      assert.deepEqual(kindOf(sent, answer), BAD_ALG)
      await finish(scene, identified, key)
    }
  }
})

// rc2CBC, rc4, AES-128-ECB, AES-128-GCM, and one that nobody knows.
const CIPHERS = [
  '1.2.840.113549.3.2',
  '1.2.840.113549.3.4',
  '2.16.840.1.101.3.4.1.1',
  '2.16.840.1.101.3.4.1.6',
  '1.2.3.4',
]
// md2, md4, md5, ripemd160, sha224, md5WithRSAEncryption, sha256WithRSAEncryption.
const DIGESTS = [
  '1.2.840.113549.2.2',
  '1.2.840.113549.2.4',
  '1.2.840.113549.2.5',
  '1.3.36.3.2.1',
  '2.16.840.1.101.3.4.2.4',
  '1.2.840.113549.1.1.4',
  '1.2.840.113549.1.1.11',
]

test('RC2, MD5 and every other algorithm that is not offered are refused as badAlg, also where all that is old is allowed [security S14]', async () => {
  const env = { WINDFALL_ENROLLMENT__ALLOW_LEGACY: 'true', WINDFALL_SCEP__ALLOW_SINGLE_DES: 'true' }
  await using scene = await openScene({ env })
  const identified = await identify(scene)
  const csr = craftCsr(key, { challenge: identified.challenge })
  const refuse = async (sent: TestRequest) => {
    const { answer, code } = await refused(scene, () => postScep(scene.wire, sent))
    assert.deepEqual(kindOf(sent, answer), BAD_ALG)
    return code
  }

  for (const cipher of CIPHERS) {
    const recipient = {
      rid: encodeIssuerAndSerialNumber(recipientOf(scene.ca)),
      encryptedKey: randomBytes(256),
    }
    const envelope = envelopedData({
      recipientInfos: [recipientInfo(recipient)],
      cipher,
      iv: randomBytes(8),
      encryptedContent: der.taggedPrimitive(0, randomBytes(800)),
    })
    assert.equal(await refuse(wrapEnvelope(scene, envelope, { signer })), 'cms_cipher', cipher)
  }
  for (const digest of DIGESTS) {
    const digestAlgorithm = der.sequence(der.oid(digest), der.nothing)
    const sent = wrapCsr(scene, csr, { signer, digestAlgorithm })
    assert.equal(await refuse(sent), 'cms_algorithm', digest)
  }
  await finish(scene, identified, key)
})

test('in RA mode the key of the CA signs certificates and nothing else: an envelope for it is read by nobody [security S15]', async () => {
  await using scene = await openScene({ env: { WINDFALL_CA__KEY_TYPE: 'rsa-2048' } })
  const identified = await identify(scene)
  const [ra, issuing, root] = scene.ca
  assert(ra !== undefined && issuing !== undefined && root !== undefined)
  assert.deepEqual(scene.ca.map(isCa), [false, true, true])
  assert.deepEqual(usagesOf(ra), ['digitalSignature', 'keyEncipherment'])
  assert.deepEqual(usagesOf(issuing), ['keyCertSign', 'cRLSign'])
  assert.deepEqual(usagesOf(root), ['keyCertSign', 'cRLSign'])
  assert.notDeepEqual(ra.publicKey.bytes, issuing.publicKey.bytes)

  const csr = craftCsr(key, { challenge: identified.challenge })
  for (const recipient of [issuing, root]) {
    const envelope = sealEnvelopedData(csr, { recipient, cipher: 'aes-128-cbc' })
    const sent = wrapEnvelope(scene, envelope, { signer })
    const { answer } = await refused(scene, () => postScep(scene.wire, sent))
    // Read with the RA's certificate as the signer: it is not the CA that signs the answer.
    assert.deepEqual(kindOf(sent, answer), { kind: 'failure', failInfo: 'badMessageCheck' })
  }
  const holder = await finish(scene, identified, key)
  assert.equal(findPathFault(holder.certificate, issuing, { hashes: ['sha256'] }), undefined)
})

const USAGES = [
  'digitalSignature',
  'keyEncipherment',
  'dataEncipherment',
  'keyCertSign',
  'cRLSign',
] as const

const usagesOf = ({ extensions }: Certificate) =>
  USAGES.filter((usage) => allowsKeyUsage(extensions, usage))

test('a decrypter is made of one key, the responder, in one place of the source [security S15 C9]', () => {
  const files = globSync('src/**/*.ts', { cwd: ROOT }).filter((file) => !file.endsWith('.test.ts'))
  const calls = files.flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(/^.*\bcreateDecrypter\(.*$/gm)].map(
      ([line]) => `${file}: ${line.trim()}`,
    ),
  )

  assert.deepEqual(calls, [
    'src/service/ca/authority.ts: responder: { ...identity(responder, []), decrypter: createDecrypter(responder.privateKey) },',
  ])
})

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
