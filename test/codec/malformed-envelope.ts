import {
  constants,
  createCipheriv,
  type KeyObject,
  publicEncrypt,
  randomBytes,
  randomInt,
  sign,
} from 'node:crypto'
import { der } from '../../src/protocol/asn1/index.ts'
import {
  type Certificate,
  encodeCertificateRequest,
  encodeIssuerAndSerialNumber,
  encodeName,
  RSA_ENCRYPTION_ALGORITHM,
} from '../../src/protocol/x509/index.ts'
import { flip } from './damage.ts'
import { envelopedData, recipientInfo } from './message.ts'

const AES_128_CBC = '2.16.840.1.101.3.4.1.2'
const BLOCK = 16

/** Makes one broken envelope, anew at each call. */
export type Malformation = () => Uint8Array

export interface Malformations {
  /** The same envelope without a fault. */
  readonly sound: Malformation
  /** Classes of broken envelopes, and the ways in which an envelope falls into each. */
  readonly classes: Readonly<Record<string, Readonly<Record<string, Malformation>>>>
}

export interface SoundContent {
  /** Whom the envelope is for. */
  readonly recipient: Certificate
  /** CertificationRequest with an RSA key, DER. */
  readonly request: Uint8Array
  /** What the request is signed with. */
  readonly key: KeyObject
}

/** What a sender does otherwise than a sound client. */
interface Deviation {
  readonly contentKey?: Uint8Array
  readonly encryptedKey?: Uint8Array
  readonly encrypted?: Uint8Array
  readonly iv?: Uint8Array
}

/**
 * Fourteen classes of envelopes that must be told apart by nothing: those of Bleichenbacher's, Manger's and Vaudenay's
 * attacks and their neighbours, from the first byte of the RSA block to the signature of the request inside.
 */
export const malformations = ({ recipient, request, key }: SoundContent): Malformations => {
  const publicKey = recipient.publicKey.key
  const modulus = modulusOf(publicKey)
  const contentKey = randomBytes(BLOCK)
  const iv = randomBytes(BLOCK)
  const encipher = (plain: Uint8Array, pad = true): Buffer => {
    const cipher = createCipheriv('aes-128-cbc', contentKey, iv).setAutoPadding(pad)
    return Buffer.concat([cipher.update(plain), cipher.final()])
  }
  const whole = encipher(request)
  const encryptKey = (secret: Uint8Array): Buffer =>
    publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, secret)
  const encryptRaw = (block: Uint8Array): Buffer =>
    publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, block)
  /** 00 02, padding, 00, content key; then changed. */
  const block = (change: (bytes: Buffer) => void): Buffer => {
    const bytes = nonZero(modulus.length)
    bytes.set([0, 2])
    bytes.set([0, ...contentKey], bytes.length - contentKey.length - 1)
    change(bytes)
    return encryptRaw(bytes)
  }
  const seal = ({ encrypted = whole, ...deviation }: Deviation = {}): Uint8Array =>
    envelopedData({
      recipientInfos: [
        recipientInfo({
          rid: encodeIssuerAndSerialNumber(recipient),
          encryptedKey: deviation.encryptedKey ?? encryptKey(deviation.contentKey ?? contentKey),
        }),
      ],
      cipher: AES_128_CBC,
      iv: deviation.iv ?? iv,
      encryptedContent: der.taggedPrimitive(0, encrypted),
    })
  /** The request with a last block as no sender pads it. */
  const padded = (...last: readonly number[]): Uint8Array => {
    const blocks = request.subarray(0, request.length - (request.length % BLOCK))
    const bytes = Buffer.concat([blocks, nonZero(BLOCK)])
    bytes.set(last, bytes.length - last.length)
    return encipher(bytes, false)
  }
  const of =
    (deviate: () => Deviation): Malformation =>
    () =>
      seal(deviate())

  const classes = {
    'first byte not zero': {
      one: of(() => ({ encryptedKey: block((b) => b.set([1])) })),
      other: of(() => ({ encryptedKey: block((b) => b.set([2 + randomInt(100)])) })),
    },
    'block type not two': {
      'of a signature': of(() => ({ encryptedKey: block((b) => b.set([1], 1)) })),
      zero: of(() => ({ encryptedKey: block((b) => b.set([0], 1)) })),
      other: of(() => ({ encryptedKey: block((b) => b.set([3 + randomInt(253)], 1)) })),
    },
    'no separator': {
      'all padding': of(() => ({
        encryptedKey: block((b) => nonZero(b.length - 2).copy(b, 2)),
      })),
    },
    'padding below eight bytes': {
      none: of(() => ({ encryptedKey: block((b) => b.set([0], 2)) })),
      three: of(() => ({ encryptedKey: block((b) => b.set([0], 5)) })),
      seven: of(() => ({ encryptedKey: block((b) => b.set([0], 9)) })),
    },
    'content key of another length': {
      none: of(() => ({ contentKey: new Uint8Array() })),
      'one byte short': of(() => ({ contentKey: contentKey.subarray(1) })),
      'one byte long': of(() => ({ contentKey: randomBytes(BLOCK + 1) })),
      'of AES-256': of(() => ({ contentKey: randomBytes(32) })),
      'as long as can be': of(() => ({ contentKey: randomBytes(modulus.length - 11) })),
    },
    'another content key': {
      random: of(() => ({ contentKey: randomBytes(BLOCK) })),
    },
    'encrypted key changed': {
      'one bit': of(() => ({
        encryptedKey: flip(encryptKey(contentKey), 1 + randomInt(modulus.length - 1)),
      })),
      // Bleichenbacher's own: c·s^e is the block times s.
      'multiplied with a chosen one': of(() => ({
        encryptedKey: multiply(encryptKey(contentKey), encryptRaw(below(modulus)), modulus),
      })),
      zeros: of(() => ({ encryptedKey: Buffer.alloc(modulus.length) })),
    },
    'encrypted key not below the modulus': {
      'the modulus': of(() => ({ encryptedKey: modulus })),
      'ones only': of(() => ({ encryptedKey: Buffer.alloc(modulus.length, 0xff) })),
    },
    'encrypted key of another length': {
      none: of(() => ({ encryptedKey: new Uint8Array() })),
      'one byte short': of(() => ({ encryptedKey: encryptKey(contentKey).subarray(0, -1) })),
      'one byte long': of(() => ({
        encryptedKey: Buffer.concat([encryptKey(contentKey), randomBytes(1)]),
      })),
    },
    'no whole blocks': {
      'half a block': of(() => ({ encrypted: whole.subarray(0, BLOCK / 2) })),
      'one byte short': of(() => ({ encrypted: whole.subarray(0, -1) })),
      'one byte long': of(() => ({ encrypted: Buffer.concat([whole, randomBytes(1)]) })),
    },
    'blocks missing': {
      all: of(() => ({ encrypted: new Uint8Array() })),
      'the last': of(() => ({ encrypted: whole.subarray(0, -BLOCK) })),
      'all but the first': of(() => ({ encrypted: whole.subarray(0, BLOCK) })),
    },
    'wrong padding of the content': {
      zero: of(() => ({ encrypted: padded(0) })),
      'zeros only': of(() => ({ encrypted: padded(...Array.from({ length: BLOCK }, () => 0)) })),
      'one above a block': of(() => ({ encrypted: padded(BLOCK + 1) })),
      'the largest byte': of(() => ({ encrypted: padded(255) })),
      'one byte of two wrong': of(() => ({ encrypted: padded(1, 2) })),
      'first byte of a block wrong': of(() => ({
        encrypted: padded(1, ...Array.from({ length: BLOCK - 1 }, () => BLOCK)),
      })),
    },
    'content that is no request': {
      noise: of(() => ({ encrypted: encipher(randomBytes(request.length)) })),
      nothing: of(() => ({ encrypted: encipher(new Uint8Array()) })),
      'a certificate': of(() => ({ encrypted: encipher(recipient.bytes) })),
      'a byte behind the request': of(() => ({
        encrypted: encipher(Buffer.concat([request, Uint8Array.of(1)])),
      })),
      'cut off': of(() => ({ encrypted: encipher(request.subarray(0, -1)) })),
      'another initialization vector': of(() => ({ iv: randomBytes(BLOCK) })),
    },
    'request that proves nothing': {
      'signature changed': of(() => ({ encrypted: encipher(flip(request, request.length - 9)) })),
      'key changed': of(() => ({ encrypted: flip(whole, offsetOfModulus(request) + 64) })),
      'for a key of no type': of(() => ({ encrypted: encipher(requestFor(der.sequence(), key)) })),
      'for a weak key of nobody': of(() => ({
        encrypted: encipher(requestFor(rsaKey(nonZero(128)), key)),
      })),
      'for an unusable key': of(() => ({
        encrypted: encipher(requestFor(rsaKey(Buffer.alloc(1)), key)),
      })),
    },
  }
  return { sound: () => seal(), classes }
}

/** Padding of PKCS#1: random bytes, none of them zero. */
const nonZero = (length: number): Buffer => Buffer.from(randomBytes(length).map((b) => b || 0xa5))

const modulusOf = (publicKey: KeyObject): Buffer =>
  Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url')

const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)

const multiply = (a: Uint8Array, b: Uint8Array, modulus: Uint8Array): Buffer => {
  const product = (toNumber(a) * toNumber(b)) % toNumber(modulus)
  return Buffer.from(product.toString(16).padStart(modulus.length * 2, '0'), 'hex')
}

/** A random number below the modulus: its first byte is zero. */
const below = (modulus: Uint8Array): Buffer =>
  Buffer.concat([Uint8Array.of(0), randomBytes(modulus.length - 1)])

/** Where the modulus of an RSA-2048 key begins in what contains the key. */
const offsetOfModulus = (bytes: Uint8Array): number =>
  Buffer.from(bytes).indexOf(Buffer.of(0x02, 0x82, 0x01, 0x01, 0x00))

/** A request in due form for a public key that is not its signer's. */
const requestFor = (publicKey: Uint8Array, signer: KeyObject): Uint8Array => {
  const info = der.sequence(der.smallInteger(0), encodeName([]), publicKey)
  return encodeCertificateRequest(info, 'rsa', sign('sha256', info, signer))
}

const rsaKey = (modulus: Uint8Array): Uint8Array =>
  der.sequence(
    RSA_ENCRYPTION_ALGORITHM,
    der.bitString(der.sequence(der.unsignedInteger(modulus), der.smallInteger(65537))),
  )
