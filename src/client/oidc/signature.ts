import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { ProtocolError } from '../../errors.ts'

/** Signatures with public keys alone: what the provider signs, nobody else can. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

const KEY_SET = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })) })

/** A key set from outside. @throws ProtocolError `oidc_keys` */
export const parseKeySet = (json: unknown): JSONWebKeySet => {
  const result = KEY_SET.safeParse(json)
  if (result.success) return result.data
  throw new ProtocolError('oidc_keys', 'the keys of the provider are not a JSON Web Key Set')
}

/**
 * The payload of a JWS in compact form, signed with the one key of the set that its header names (RFC 7515 §5.2).
 * @throws JOSEError, or what WebCrypto makes of a key that is none
 */
export const verifyJws = async (jws: string, keys: JSONWebKeySet): Promise<Uint8Array> =>
  (await compactVerify(jws, createLocalJWKSet(keys), { algorithms: ALGORITHMS })).payload
