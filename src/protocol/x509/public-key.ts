import { createPublicKey, hash, type KeyObject } from 'node:crypto'
import { ProtocolError } from '../../errors.ts'
import { decode, type Element, Tag } from '../asn1/index.ts'
import type { PublicKeyParts } from './key-policy.ts'

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'
const EC_PUBLIC_KEY = '1.2.840.10045.2.1'
const CURVES = new Map<string, 'p-256' | 'p-384' | 'p-521'>([
  ['1.2.840.10045.3.1.7', 'p-256'],
  ['1.3.132.0.34', 'p-384'],
  ['1.3.132.0.35', 'p-521'],
])

/** A public key: its SubjectPublicKeyInfo as sent, and what is computed from it when asked for. */
export class PublicKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly bytes: Uint8Array
  #key: KeyObject | undefined
  #fingerprint: string | undefined
  #identifier: Uint8Array | undefined

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /**
   * The key for `node:crypto`.
   * @throws ProtocolError `key_malformed`
   */
  get key(): KeyObject {
    this.#key ??= importKey(this.bytes)
    return this.#key
  }

  /** SHA-256 of the SubjectPublicKeyInfo, hexadecimal: how windfall tells keys apart. */
  get fingerprint(): string {
    this.#fingerprint ??= hash('sha256', this.bytes)
    return this.#fingerprint
  }

  /** SHA-1 of the BIT STRING's value: the key identifier of RFC 5280 §4.2.1.2 (1). */
  get identifier(): Uint8Array {
    this.#identifier ??= hash('sha1', this.#fields().key.bits(), 'buffer')
    return this.#identifier
  }

  /**
   * The numbers that a key policy looks at.
   * @throws ProtocolError `key_malformed`
   */
  get parts(): PublicKeyParts {
    const { oid, parameters, key } = this.#fields()
    if (oid === EC_PUBLIC_KEY) {
      const curve = parameters?.tag === Tag.oid ? CURVES.get(parameters.oid()) : undefined
      return { kind: 'ec', curve: curve ?? 'other' }
    }
    if (oid !== RSA_ENCRYPTION) throw new ProtocolError('key_type', 'neither an RSA nor an EC key')
    // RFC 3279 §2.3.1: one key has one encoding.
    if (parameters?.tag !== Tag.null) {
      throw new ProtocolError('key_malformed', 'an RSA key needs NULL parameters')
    }
    const rsa = decode(key.bits(), 'der').fields()
    const parts = {
      kind: 'rsa',
      modulus: unsigned(rsa.next()),
      exponent: unsigned(rsa.next()),
    } as const
    rsa.end()
    return parts
  }

  #fields(): { oid: string; parameters: Element | undefined; key: Element } {
    const info = decode(this.bytes, 'der').fields()
    const algorithm = info.next().fields()
    const oid = algorithm.next().oid()
    const [parameters, ...more] = algorithm.rest()
    if (more.length > 0) throw new ProtocolError('key_malformed', 'parameters too many')
    const key = info.next(Tag.bitString)
    info.end()
    return { oid, parameters, key }
  }
}

const unsigned = (element: Element): Uint8Array => {
  const content = element.integer()
  const [first = 0x80] = content
  if (first > 0x7f) throw new ProtocolError('key_malformed', 'negative number in an RSA key')
  return first === 0 ? content.subarray(1) : content
}

// PEM: for an object node:crypto first finds out, by exceptions, what it is not, which costs twice the import.
const importKey = (bytes: Uint8Array): KeyObject => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
  try {
    return createPublicKey(`-----BEGIN PUBLIC KEY-----\n${text}\n-----END PUBLIC KEY-----\n`)
  } catch (cause) {
    throw new ProtocolError('key_malformed', 'the public key cannot be used', { cause })
  }
}
