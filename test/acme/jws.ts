import { createPublicKey, hash, type JsonWebKey, verify } from 'node:crypto'
import { z } from 'zod'

const JWS = z.strictObject({ protected: z.string(), payload: z.string(), signature: z.string() })

const JWK = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string().length(43),
  y: z.string().length(43),
})

// RFC 8555 §6.2: the key or the account, and nothing that is not asked for.
const HEADER = z.union([
  z.strictObject({ alg: z.literal('ES256'), nonce: z.string(), url: z.string(), jwk: JWK }),
  z.strictObject({ alg: z.literal('ES256'), nonce: z.string(), url: z.string(), kid: z.string() }),
])

export interface Signed {
  readonly url: string
  readonly nonce: string
  /** The account that the request names; undefined where it brings the key itself. */
  readonly kid: string | undefined
  readonly jwk: JsonWebKey
  /** Undefined for POST-as-GET. */
  readonly payload: unknown
}

/** Reads a signed request, whose account is looked up by `findKey`. @throws Error if it is not as RFC 8555 says */
export const openJws = (body: string, findKey: (kid: string) => JsonWebKey | undefined): Signed => {
  const jws = JWS.parse(JSON.parse(body))
  const header = HEADER.parse(JSON.parse(decode(jws.protected)))
  const kid = 'kid' in header ? header.kid : undefined
  const jwk = 'jwk' in header ? header.jwk : findKey(header.kid)
  if (jwk === undefined) throw new Error('the account is not known')
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  const data = Buffer.from(`${jws.protected}.${jws.payload}`)
  const signature = Buffer.from(jws.signature, 'base64url')
  const isGood = verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)
  if (!isGood) throw new Error('the signature is not of that key')
  const payload: unknown = jws.payload === '' ? undefined : JSON.parse(decode(jws.payload))
  return { url: header.url, nonce: header.nonce, kid, jwk, payload }
}

const decode = (text: string): string => Buffer.from(text, 'base64url').toString('utf8')

/** RFC 7638 §3. */
export const thumbprint = ({ crv, kty, x, y }: JsonWebKey): string =>
  hash('sha256', JSON.stringify({ crv, kty, x, y }), 'base64url')
