import assert from 'node:assert/strict'
import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { der } from '../../src/protocol/asn1/index.ts'
import { decodeSignedData } from '../../src/protocol/cms/index.ts'
import { encodeIssuerAndSerialNumber } from '../../src/protocol/x509/index.ts'
import { flip } from '../codec/damage.ts'
import { makeHolder, makeKey } from '../codec/holder.ts'
import { envelopedData, recipientInfo } from '../codec/message.ts'
import {
  messageTypeAttribute,
  pkiMessage,
  senderNonceAttribute,
  transactionIdAttribute,
} from '../codec/pki-message.ts'
import type { Answer } from '../request.ts'
import { postScep, recipientOf } from '../scep-client.ts'
import { craftCsr } from './crafted.ts'
import { finish, identify, openScene, rowsOf, type Scene, stateOf, toHex } from './scene.ts'

const AES_128_CBC = '2.16.840.1.101.3.4.1.2'

const key = makeKey('rsa-2048')
const otherKey = makeKey('rsa-2048')
const signer = makeHolder({ key: otherKey })

/** What a sender of an envelope can do wrong on purpose. */
interface Attempt {
  readonly encryptedKey?: Uint8Array
  readonly encrypted?: Uint8Array
  readonly iv?: Uint8Array
}

/** Everything that is inside one good envelope, and 16 ways of spoiling it. */
const spoil = (scene: Scene, challenge: string) => {
  const ra = recipientOf(scene.ca)
  const contentKey = randomBytes(16)
  const iv = randomBytes(16)
  const encipher = (plain: Uint8Array, pad = true): Buffer => {
    const cipher = createCipheriv('aes-128-cbc', contentKey, iv).setAutoPadding(pad)
    return Buffer.concat([cipher.update(plain), cipher.final()])
  }
  const encryptKey = (secret: Uint8Array): Buffer =>
    publicEncrypt({ key: ra.publicKey.key, padding: constants.RSA_PKCS1_PADDING }, secret)
  /** 00, block type, padding, separator, content key: as it is. */
  const encryptBlock = (change: (block: Buffer) => void): Buffer => {
    const block = Buffer.alloc(256, 0xa5)
    block.set([0, 2])
    block.set([0, ...contentKey], 239)
    change(block)
    return publicEncrypt({ key: ra.publicKey.key, padding: constants.RSA_NO_PADDING }, block)
  }
  const csr = craftCsr(key, { challenge })
  const encrypted = encipher(csr)
  const good = (): Attempt => ({})
  const faults: Readonly<Record<string, () => Attempt>> = {
    'block type of a signature': () => ({ encryptedKey: encryptBlock((b) => b.set([1], 1)) }),
    'first byte not zero': () => ({ encryptedKey: encryptBlock((b) => b.set([1], 0)) }),
    'no separator': () => ({ encryptedKey: encryptBlock((b) => b.fill(0xa5, 2)) }),
    'padding of three bytes': () => ({ encryptedKey: encryptBlock((b) => b.set([0], 5)) }),
    'an empty content key': () => ({ encryptedKey: encryptKey(new Uint8Array()) }),
    'a content key one byte short': () => ({ encryptedKey: encryptKey(contentKey.subarray(1)) }),
    'a content key of AES-256': () => ({ encryptedKey: encryptKey(randomBytes(32)) }),
    'another content key': () => ({ encryptedKey: encryptKey(randomBytes(16)) }),
    'a bit of the encrypted key changed': () => ({
      encryptedKey: flip(encryptKey(contentKey), 100),
    }),
    'an encrypted key above the modulus': () => ({ encryptedKey: Buffer.alloc(256, 0xff) }),
    'an encrypted key one byte short': () => ({
      encryptedKey: encryptKey(contentKey).subarray(0, -1),
    }),
    'half a block': () => ({ encrypted: encrypted.subarray(0, -8) }),
    'one block less': () => ({ encrypted: encrypted.subarray(0, -16) }),
    'wrong padding': () => ({ encrypted: encipher(Buffer.alloc(csr.length & ~15), false) }),
    'another initialization vector': () => ({ iv: randomBytes(16) }),
    'content that is no request': () => ({ encrypted: encipher(randomBytes(csr.length)) }),
    'a changed block of the request': () => ({ encrypted: flip(encrypted, encrypted.length >> 1) }),
  }
  const seal = (attempt: Attempt): Uint8Array =>
    envelopedData({
      recipientInfos: [
        recipientInfo({
          rid: encodeIssuerAndSerialNumber(ra),
          encryptedKey: attempt.encryptedKey ?? encryptKey(contentKey),
        }),
      ],
      cipher: AES_128_CBC,
      iv: attempt.iv ?? iv,
      encryptedContent: der.taggedPrimitive(0, attempt.encrypted ?? encrypted),
    })
  return { faults, good, seal }
}

const ATTRIBUTES = [
  messageTypeAttribute(),
  transactionIdAttribute('0123456789ABCDEF'),
  senderNonceAttribute(),
]

const FRESH = new Set(['2.16.840.1.113733.1.9.5'])

/** All that an answer shows, but for the time, the fresh nonce and the signature over it. */
const shown = ({ status, headers, body }: Answer) => {
  const { date: _, ...others } = headers
  const { certificates, content, signerInfos } = decodeSignedData(body)
  const [{ signedAttributes, signature, sid } = assert.fail()] = signerInfos
  const attributes = [...(signedAttributes?.values ?? [])].map(
    ([oid, values]) =>
      [oid, FRESH.has(oid) ? 'fresh' : values.map(({ bytes }) => toHex(bytes))] as const,
  )
  return {
    status,
    headers: others,
    length: body.length,
    bag: certificates.map(({ bytes }) => toHex(bytes)),
    content,
    sid,
    attributes,
    signatureLength: signature.length,
  }
}

const ROUNDS = 20

for (const [name, env] of Object.entries({
  'with RA': {},
  'without RA': { WINDFALL_CA__RA: 'false', WINDFALL_CA__KEY_TYPE: 'rsa-2048' },
})) {
  test(`17 kinds of broken envelopes, ${ROUNDS} of each, are told apart by no byte of the answers, ${name} [security C1 C11]`, {
    timeout: 60_000,
  }, async () => {
    await using scene = await openScene({ env })
    const identified = await identify(scene)
    const { faults, good, seal } = spoil(scene, identified.challenge)
    assert.equal(Object.keys(faults).length, 17)
    const before = await stateOf(scene)
    const send = (attempt: Attempt): Promise<Answer> => {
      const bytes = pkiMessage(seal(attempt), signer, { attributes: ATTRIBUTES })
      return postScep(scene.wire, { bytes })
    }

    const reference = shown(await send(faults['another content key']?.() ?? {}))
    assert.equal(reference.status, 200)
    for (let round = 0; round < ROUNDS; round++) {
      for (const [what, fault] of Object.entries(faults)) {
        assert.deepEqual(shown(await send(fault())), reference, what)
      }
    }

    assert.deepEqual(await stateOf(scene), before)
    const refusals = (await rowsOf(scene.db, 'audit')).filter((row) => row['outcome'] === 'refused')
    assert.equal(refusals.length, ROUNDS * 17 + 1)
    // The same envelope, whole, is a good request.
    assert.notEqual((await send(good())).body.length, reference.length)
    await finish(scene, identified, key)
  })
}
