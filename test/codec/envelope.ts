import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto'
import { der } from '../../src/protocol/asn1/index.ts'
import { CIPHERS, type Cipher, nodeCipher } from '../../src/protocol/cms/cipher.ts'
import { decodeEnvelopedData, openEnvelopedData } from '../../src/protocol/cms/index.ts'
import { encodeIssuerAndSerialNumber } from '../../src/protocol/x509/index.ts'
import { type Holder, makeDecrypter, makeHolder, makeKey } from './holder.ts'
import { type EnvelopedDataOptions, recipientInfo } from './message.ts'

export const device = makeHolder({ key: makeKey('rsa-2048'), subject: [[['CN', 'Device']]] })
export const other = makeHolder({ key: makeKey('rsa-2048'), subject: [[['CN', 'Other']]] })
export const content = Buffer.from('<array>configuration</array>'.repeat(30))

export const open = (bytes: Uint8Array, { certificate, key }: Holder = device): Buffer =>
  Buffer.from(
    openEnvelopedData(decodeEnvelopedData(bytes), { certificate, decrypter: makeDecrypter(key) }),
  )

/** What is special about an envelope that is made by hand. */
export interface Sealed {
  readonly cipher?: Cipher
  readonly contentKey?: Uint8Array
  readonly iv?: Uint8Array
  readonly holder?: Holder
  readonly rid?: Uint8Array
  readonly oaepHash?: string
  readonly keyTransport?: Uint8Array
}

/** The content under a content key. */
export const encrypt = ({
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

/** The content key for one recipient. */
export const recipientOf = (
  contentKey: Uint8Array,
  { holder = device, rid, oaepHash, keyTransport }: Sealed,
): Uint8Array =>
  recipientInfo({
    rid: rid ?? encodeIssuerAndSerialNumber(holder.certificate),
    encryptedKey: publicEncrypt(
      {
        key: holder.certificate.publicKey.key,
        ...(oaepHash === undefined ? { padding: constants.RSA_PKCS1_PADDING } : { oaepHash }),
      },
      contentKey,
    ),
    ...(keyTransport === undefined ? {} : { keyTransport }),
  })

/** The parts of an envelope, `change`d before they are written. */
export const seal = (
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
