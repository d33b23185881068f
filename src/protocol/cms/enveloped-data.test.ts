import assert from 'node:assert/strict'
import { createCipheriv, publicEncrypt, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { flip, refusal } from '../../../test/codec/damage.ts'
import { readDer, readFixture } from '../../../test/codec/fixture.ts'
import { type Holder, makeDecrypter, makeHolder, makeKey } from '../../../test/codec/holder.ts'
import {
  bareEnvelopedData,
  chunked,
  contentInfo,
  type EnvelopedDataOptions,
  envelopedData,
  ID_DATA,
  ID_SIGNED_DATA,
  indefinite,
  keyIdentifierOf,
  recipientInfo,
} from '../../../test/codec/message.ts'
import { der } from '../asn1/index.ts'
import { encodeHash, encodeIssuerAndSerialNumber } from '../x509/index.ts'
import { CIPHERS, type Cipher, nodeCipher } from './cipher.ts'
import {
  type Decrypter,
  decodeEnvelopedData,
  openEnvelopedData,
  sealEnvelopedData,
} from './index.ts'

const CIPHER_NAMES = [
  'aes-128-cbc',
  'aes-192-cbc',
  'aes-256-cbc',
  'des-ede3-cbc',
  'des-cbc',
] as const

const device = makeHolder({ key: makeKey('rsa-2048'), subject: [[['CN', 'Device']]] })
const other = makeHolder({ key: makeKey('rsa-2048'), subject: [[['CN', 'Other']]] })
const content = Buffer.from('<array>configuration</array>'.repeat(30))

const open = (bytes: Uint8Array, { certificate, key }: Holder = device): Buffer =>
  Buffer.from(
    openEnvelopedData(decodeEnvelopedData(bytes), { certificate, decrypter: makeDecrypter(key) }),
  )

for (const cipher of CIPHER_NAMES) {
  test(`what is sealed with ${cipher} opens again, at every length around a block`, () => {
    for (const length of [0, 1, 7, 8, 9, 15, 16, 17, 1000]) {
      const plain = randomBytes(length)
      const sealed = sealEnvelopedData(plain, { recipient: device.certificate, cipher })
      assert.deepEqual(open(sealed), plain)
    }
  })
}

test('seals to exactly one recipient, named by the issuer and serial number of its certificate [security C7]', () => {
  const sealed = sealEnvelopedData(content, {
    recipient: device.certificate,
    cipher: 'aes-256-cbc',
  })

  const { recipients, otherRecipients } = decodeEnvelopedData(sealed)
  assert.equal(recipients.length, 1)
  assert.equal(otherRecipients, 0)
  assert.equal(recipients[0]?.transport, 'rsaes-pkcs1-v1_5')
  const name = encodeIssuerAndSerialNumber(device.certificate)
  assert.ok(Buffer.from(sealed).includes(Buffer.from(name)))
})

test('never seals twice with the same key or initialization vector', () => {
  const seal = (): string =>
    Buffer.from(
      decodeEnvelopedData(
        sealEnvelopedData(content, { recipient: device.certificate, cipher: 'aes-128-cbc' }),
      ).iv,
    ).toString('hex')
  assert.equal(new Set(Array.from({ length: 20 }, seal)).size, 20)
})

test('refuses to seal to a key that is not RSA', () => {
  const ec = makeHolder({ key: makeKey('p-256') })

  assert.equal(
    refusal(() => sealEnvelopedData(content, { recipient: ec.certificate, cipher: 'aes-256-cbc' })),
    'cms_recipient',
  )
})

const OAEP = '1.2.840.113549.1.1.7'

interface Sealed {
  readonly cipher?: Cipher
  readonly contentKey?: Uint8Array
  readonly iv?: Uint8Array
  readonly holder?: Holder
  readonly rid?: Uint8Array
  readonly oaepHash?: string
  readonly keyTransport?: Uint8Array
}

const encrypt = ({
  cipher = 'aes-128-cbc',
  contentKey,
  iv,
}: Sealed): { iv: Uint8Array; encrypted: Buffer } => {
  const facts = CIPHERS[cipher]
  const vector = iv ?? randomBytes(facts.ivLength)
  const encipher = createCipheriv(
    ...nodeCipher(cipher, contentKey ?? randomBytes(facts.keyLength)),
    vector,
  )
  return { iv: vector, encrypted: Buffer.concat([encipher.update(content), encipher.final()]) }
}

const recipientOf = (
  contentKey: Uint8Array,
  { holder = device, rid, oaepHash, keyTransport }: Sealed,
): Uint8Array =>
  recipientInfo({
    rid: rid ?? encodeIssuerAndSerialNumber(holder.certificate),
    encryptedKey: publicEncrypt(
      {
        key: holder.certificate.publicKey.key,
        ...(oaepHash === undefined ? { padding: 1 } : { oaepHash }),
      },
      contentKey,
    ),
    ...(keyTransport === undefined ? {} : { keyTransport }),
  })

/** An envelope made by hand, `change`d before it is written. */
const seal = (
  options: Sealed = {},
  change: Partial<EnvelopedDataOptions> = {},
): EnvelopedDataOptions => {
  const contentKey =
    options.contentKey ?? randomBytes(CIPHERS[options.cipher ?? 'aes-128-cbc'].keyLength)
  const { iv, encrypted } = encrypt({ ...options, contentKey })
  return {
    recipientInfos: [recipientOf(contentKey, options)],
    cipher: CIPHERS[options.cipher ?? 'aes-128-cbc'].oid,
    iv,
    encryptedContent: der.taggedPrimitive(0, encrypted),
    ...change,
  }
}

test('opens content in chunks, an envelope of indefinite lengths, a bare envelope', () => {
  const contentKey = randomBytes(16)
  const { iv, encrypted } = encrypt({ contentKey })
  for (const size of [1, 16, 100, 10_000]) {
    const inChunks = { iv, encryptedContent: chunked(encrypted, size, 0xa0) }
    assert.deepEqual(open(envelopedData(seal({ contentKey }, inChunks))), content)
  }
  const bare = bareEnvelopedData(seal())
  assert.deepEqual(open(bare), content)
  const loose = indefinite(0x30, der.oid('1.2.840.113549.1.7.3'), indefinite(0xa0, bare))
  assert.deepEqual(open(loose), content)
})

test('opens an envelope whose recipient is named by key identifier', () => {
  assert.deepEqual(open(envelopedData(seal({ rid: keyIdentifierOf(device) }))), content)
})

test('opens an envelope under OAEP with SHA-1, named or not, and SHA-256', () => {
  const transport = (...parameters: Uint8Array[]): Uint8Array =>
    der.sequence(der.oid(OAEP), ...parameters)
  const sha256 = encodeHash('sha256')
  const mgf1 = der.sequence(der.oid('1.2.840.113549.1.1.8'), sha256)
  for (const [oaepHash, keyTransport] of [
    ['sha1', transport()],
    ['sha1', transport(der.sequence())],
    ['sha1', transport(der.sequence(der.tagged(0, encodeHash('sha1'))))],
    ['sha256', transport(der.sequence(der.tagged(0, sha256), der.tagged(1, mgf1)))],
  ] as const) {
    assert.deepEqual(open(envelopedData(seal({ oaepHash, keyTransport }))), content)
  }
})

test('refuses a key transport that it does not know', () => {
  for (const keyTransport of [
    der.sequence(der.oid(OAEP), der.sequence(der.tagged(0, encodeHash('sha512')))),
    der.sequence(der.oid('1.2.840.113549.1.1.10')),
    der.sequence(der.oid('1.2.840.10045.2.1')),
  ]) {
    assert.equal(
      refusal(() => open(envelopedData(seal({ keyTransport })))),
      'cms_key_transport',
    )
  }
})

test('refuses RC2, AES-GCM and whatever else is no cipher of ours [security S14]', () => {
  for (const cipher of [
    '1.2.840.113549.3.2',
    '2.16.840.1.101.3.4.1.6',
    '1.2.840.113549.3.4',
    '1.2.3',
  ]) {
    assert.equal(
      refusal(() => open(envelopedData(seal({}, { cipher })))),
      'cms_cipher',
    )
  }
})

test('refuses an initialization vector of another length', () => {
  for (const length of [0, 8, 15, 17]) {
    assert.equal(
      refusal(() => open(envelopedData(seal({}, { iv: Buffer.alloc(length) })))),
      'cms_cipher',
    )
  }
})

test('finds its own among several recipients and passes over those that are not RSA', () => {
  const contentKey = randomBytes(16)
  const mine = recipientOf(contentKey, {})
  const foreign = recipientOf(contentKey, { holder: other })
  const agreement = der.tagged(1, der.smallInteger(3))
  const body = seal({ contentKey })
  const addressed = (...recipientInfos: Uint8Array[]): Uint8Array =>
    envelopedData({ ...body, recipientInfos })

  for (const bytes of [
    addressed(foreign, mine),
    addressed(mine, foreign),
    addressed(agreement, foreign, mine),
  ]) {
    assert.deepEqual(open(bytes), content)
    assert.deepEqual(open(bytes, other), content)
  }
  assert.equal(decodeEnvelopedData(addressed(agreement, mine)).otherRecipients, 1)
})

test('refuses an envelope without an RSA recipient, and one for several others', () => {
  const { certificate: stranger, key } = makeHolder({
    key: device.key,
    subject: [[['CN', 'Stranger']]],
  })
  const contentKey = randomBytes(16)
  const recipientInfos = [recipientOf(contentKey, {}), recipientOf(contentKey, { holder: other })]
  const both = decodeEnvelopedData(envelopedData(seal({ contentKey }, { recipientInfos })))

  assert.equal(
    refusal(() =>
      openEnvelopedData(both, { certificate: stranger, decrypter: makeDecrypter(key) }),
    ),
    'cms_recipient',
  )
  for (const none of [[], [der.tagged(1, der.smallInteger(3))]]) {
    assert.equal(
      refusal(() => open(envelopedData(seal({}, { recipientInfos: none })))),
      'cms_recipient',
    )
  }
})

test('opens an envelope for one recipient that names the certificate of before a renewal', () => {
  const renewed = makeHolder({
    key: device.key,
    serialNumber: Uint8Array.of(9),
    subject: [[['CN', 'Device']]],
  })

  assert.deepEqual(open(envelopedData(seal()), renewed), content)
})

/** A Decrypter that yields one content key whatever is sent. */
const fixedKey = (contentKey: Uint8Array): Decrypter => ({
  publicKey: new Uint8Array(),
  decrypt: () => contentKey,
})

test('every fault behind the recipient is one error: key, padding, length, cipher text [security C1 C11]', () => {
  const contentKey = Buffer.alloc(16, 7)
  const iv = Buffer.alloc(16, 1)
  const { encrypted } = encrypt({ contentKey, iv })
  const cut = (length: number): Uint8Array => der.taggedPrimitive(0, encrypted.subarray(0, length))
  const padding = 16 - (content.length % 16)
  const padded = (byte: number): Uint8Array =>
    der.taggedPrimitive(0, flip(encrypted, encrypted.length - 17, padding ^ byte))
  const faults: Readonly<Record<string, [Partial<EnvelopedDataOptions>, Uint8Array]>> = {
    'another key': [{}, Buffer.alloc(16, 8)],
    'a cipher text of no block': [{ encryptedContent: cut(0) }, contentKey],
    'a cipher text of half a block': [{ encryptedContent: cut(8) }, contentKey],
    'a cipher text without its last byte': [
      { encryptedContent: cut(encrypted.length - 1) },
      contentKey,
    ],
    'a cipher text without its last block': [
      { encryptedContent: cut(encrypted.length - 16) },
      contentKey,
    ],
    'padding of 0': [{ encryptedContent: padded(0) }, contentKey],
    'padding of 17': [{ encryptedContent: padded(17) }, contentKey],
    'padding of 255': [{ encryptedContent: padded(255) }, contentKey],
  }
  for (const [what, [change, key]] of Object.entries(faults)) {
    const envelope = decodeEnvelopedData(envelopedData(seal({ contentKey, iv }, change)))
    assert.equal(
      refusal(() =>
        openEnvelopedData(envelope, { certificate: device.certificate, decrypter: fixedKey(key) }),
      ),
      'cms_decryption',
      what,
    )
  }
})

test('a content key of another length than the cipher has opens nothing [security C1]', () => {
  for (const [cipher, wrong] of [
    ['aes-128-cbc', 'aes-256-cbc'],
    ['aes-256-cbc', 'aes-128-cbc'],
    ['aes-256-cbc', 'aes-192-cbc'],
  ] as const) {
    const code = refusal(() => {
      const opened = open(envelopedData(seal({ cipher }, { cipher: CIPHERS[wrong].oid })))
      assert.notDeepEqual(opened, content)
    })
    // One in 256 wrong keys leaves a padding that looks right, and then what comes out is noise.
    assert.ok(code === undefined || code === 'cms_decryption')
  }
})

test('2,000 changed keys and contents open nothing and fail in no other way [security C1]', () => {
  const bytes = Uint8Array.from(envelopedData(seal()))
  const { recipients, encryptedContent } = decodeEnvelopedData(bytes)
  const parts = [recipients[0]?.encryptedKey ?? new Uint8Array(), encryptedContent]
  const places = parts.flatMap((part) => Array.from(part, (_, at) => part.byteOffset + at))
  const codes = new Set<string | undefined>()
  for (let round = 0; round < 2000; round++) {
    const changed = flip(bytes, places[round % places.length] ?? 0, 1 << (round & 7))
    codes.add(refusal(() => assert.notDeepEqual(open(changed), content)))
  }
  // Where the changed cipher text ends in a good padding, noise comes out.
  assert.deepEqual(codes, new Set(['cms_decryption', undefined]))
})

test('reads the foreign envelopes of PyCA', () => {
  const read = (file: string): { cipher: Cipher; transports: readonly string[] } => {
    const { cipher, recipients } = decodeEnvelopedData(readDer(`pyca/pkcs7/${file}`))
    return { cipher, transports: recipients.map(({ transport }) => transport) }
  }
  assert.deepEqual(read('enveloped.pem'), {
    cipher: 'des-ede3-cbc',
    transports: ['rsaes-pkcs1-v1_5', 'rsaes-pkcs1-v1_5'],
  })
  assert.deepEqual(read('enveloped-triple-des.pem'), {
    cipher: 'des-ede3-cbc',
    transports: ['rsaes-pkcs1-v1_5'],
  })
  assert.deepEqual(read('enveloped-rsa-oaep.pem'), {
    cipher: 'aes-128-cbc',
    transports: ['rsaes-oaep-sha1'],
  })
  assert.equal(
    refusal(() => read('enveloped-no-content.der')),
    'asn1_unexpected',
  )
})

test("reads the envelope among the SCEP standard's samples", () => {
  const { cipher, recipients } = decodeEnvelopedData(readFixture('scep/jscep-req1.der'))

  assert.equal(cipher, 'aes-128-cbc')
  assert.equal(recipients.length, 1)
})

test('refuses other content types and an envelope without content', () => {
  for (const [bytes, code] of [
    [contentInfo(ID_SIGNED_DATA, der.sequence()), 'cms_content_type'],
    [contentInfo(ID_DATA, der.octetString(content)), 'cms_content_type'],
    [envelopedData(seal({}, { encryptedContent: undefined })), 'asn1_unexpected'],
    [envelopedData(seal({}, { encryptedContent: chunked(content, 5, 0xa1) })), 'asn1_unexpected'],
  ] as const) {
    assert.equal(
      refusal(() => decodeEnvelopedData(bytes)),
      code,
    )
  }
})
