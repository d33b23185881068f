import { der } from '../protocol/asn1/index.ts'
import type { Identity } from '../protocol/cms/index.ts'
import {
  encodeHash,
  encodeIssuerAndSerialNumber,
  encodeSignatureAlgorithm,
} from '../protocol/x509/index.ts'

const ID_DATA = '1.2.840.113549.1.7.1'
const ID_SIGNED_DATA = '1.2.840.113549.1.7.2'
const SEQUENCE = 0x30
const EXPLICIT = 0xa0
const CONSTRUCTED_OCTET_STRING = 0x24
const CHUNK = 1024

/**
 * SignedData as Macs and old iPhones send it: no signed attributes, so that the signature is over the content itself,
 * BER of indefinite length, and the content in chunks.
 */
export const signBare = async ({
  content,
  identity,
  hash,
}: {
  readonly content: Uint8Array
  readonly identity: Identity
  readonly hash: 'sha1' | 'sha256'
}): Promise<Uint8Array> => {
  const { signer, certificate, chain } = identity
  const digestAlgorithm = encodeHash(hash)
  const signerInfo = der.sequence(
    der.smallInteger(1),
    encodeIssuerAndSerialNumber(certificate),
    digestAlgorithm,
    encodeSignatureAlgorithm(signer.algorithm, hash),
    der.octetString(await signer.sign(content, hash)),
  )
  const signedData = indefinite(
    SEQUENCE,
    der.smallInteger(1),
    der.setOf([digestAlgorithm]),
    indefinite(SEQUENCE, der.oid(ID_DATA), indefinite(EXPLICIT, inChunks(content))),
    der.tagged(0, ...[certificate, ...chain].map(({ bytes }) => bytes)),
    der.setOf([signerInfo]),
  )
  return indefinite(SEQUENCE, der.oid(ID_SIGNED_DATA), indefinite(EXPLICIT, signedData))
}

const inChunks = (content: Uint8Array): Uint8Array => {
  const chunks: Uint8Array[] = []
  for (let at = 0; at < content.length; at += CHUNK) {
    chunks.push(der.octetString(content.subarray(at, at + CHUNK)))
  }
  return indefinite(CONSTRUCTED_OCTET_STRING, ...chunks)
}

// X.690 §8.1.3.6: the length octet 80, and two zero octets for the end.
const indefinite = (identifier: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat([Uint8Array.of(identifier, 0x80), ...parts, Uint8Array.of(0, 0)])
