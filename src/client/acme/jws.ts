import { createPublicKey, hash } from 'node:crypto'
import { decode } from '../../protocol/asn1/index.ts'
import type { Signer } from '../../protocol/cms/index.ts'

/** A public P-256 key, its members in the order of RFC 7638 §3.2. */
interface Jwk {
  readonly crv: 'P-256'
  readonly kty: 'EC'
  readonly x: string
  readonly y: string
}

export const jwkOf = ({ publicKey }: Signer): Jwk => {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })
  const { crv, x, y } = key.export({ format: 'jwk' })
  if (crv !== 'P-256' || x === undefined || y === undefined) {
    throw new TypeError('an ACME account needs a P-256 key')
  }
  return { crv, kty: 'EC', x, y }
}

/** RFC 7638 §3, base64url. */
export const thumbprintOf = (jwk: Jwk): string => hash('sha256', JSON.stringify(jwk), 'base64url')

export interface JwsHeader {
  readonly url: string
  readonly nonce: string
  /** The URL of the account; undefined: the key itself stands in the header, to register it (RFC 8555 §6.2). */
  readonly kid: string | undefined
}

/** A request as RFC 8555 §6.2 has it: flattened JSON, ES256. Without a payload it is a POST-as-GET. */
export const encodeJws = async (
  signer: Signer,
  { url, nonce, kid }: JwsHeader,
  payload: object | undefined,
): Promise<string> => {
  const key = kid === undefined ? { jwk: jwkOf(signer) } : { kid }
  const head = encodeJson({ alg: 'ES256', nonce, url, ...key })
  const body = payload === undefined ? '' : encodeJson(payload)
  const signature = await signer.sign(Buffer.from(`${head}.${body}`), 'sha256')
  return JSON.stringify({
    protected: head,
    payload: body,
    signature: joinSignature(signature).toString('base64url'),
  })
}

const encodeJson = (value: object): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url')

const P256_BYTES = 32

/** RFC 7518 §3.4: R and S as they are, each of 32 octets, where DER has two INTEGERs. */
const joinSignature = (signature: Uint8Array): Buffer => {
  const fields = decode(signature, 'der').fields()
  const numbers = [fields.next().integer(), fields.next().integer()]
  fields.end()
  return Buffer.concat(
    numbers.map((number) => {
      const octets = Buffer.from(number).subarray(-P256_BYTES)
      return Buffer.concat([Buffer.alloc(P256_BYTES - octets.length), octets])
    }),
  )
}
