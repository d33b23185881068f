import { createHmac, createPublicKey, sign } from 'node:crypto'
import { makeKey } from '../codec/holder.ts'
import type { Fault } from './faults-provider.ts'
import {
  CLIENT,
  type Conduct,
  type Draft,
  type Json,
  publicJwk,
  sealEs256,
  signedPart,
} from './hostile-provider.ts'

const HOUR = 3600
const now = (): number => Math.floor(Date.now() / 1000)

const claims = (change: Json | ((good: Json) => Json)): Conduct => ({
  draft: (good) => ({
    ...good,
    claims: typeof change === 'function' ? change(good.claims) : { ...good.claims, ...change },
  }),
})

const without = (name: string): Conduct =>
  claims((good) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name)))

const header = (change: Json): Conduct => ({
  draft: (good) => ({ ...good, header: { ...good.header, ...change } }),
})

const hmac = (draft: Draft, secret: string | Uint8Array): string => {
  const text = signedPart({ ...draft, header: { ...draft.header, alg: 'HS256' } })
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

const stranger = makeKey('p-256')
const short = makeKey('rsa-1024')

const supporting = (...algorithms: readonly string[]): Pick<Conduct, 'metadata'> => ({
  metadata: (good) => ({ ...good, id_token_signing_alg_values_supported: algorithms }),
})

const sealRs256 = (draft: Draft): string => {
  const text = signedPart({ ...draft, header: { ...draft.header, alg: 'RS256' } })
  return `${text}.${sign('sha256', Buffer.from(text), short).toString('base64url')}`
}

/** Signatures that prove nothing. */
export const SIGNATURE_FAULTS: readonly Fault[] = [
  [
    'a bit turned in the signature',
    'oidc_signature',
    {
      seal: (draft, key) => {
        const jws = sealEs256(draft, key)
        const at = jws.lastIndexOf('.') + 5
        return jws.slice(0, at) + (jws[at] === 'A' ? 'B' : 'A') + jws.slice(at + 1)
      },
    },
  ],
  [
    'claims changed after the signature',
    'oidc_signature',
    {
      seal: (draft, key) => {
        const [, , signature] = sealEs256(draft, key).split('.')
        const raised = { ...draft, claims: { ...draft.claims, groups: ['owners'] } }
        return `${signedPart(raised)}.${signature}`
      },
    },
  ],
  [
    'a signature with another key',
    'oidc_signature',
    { seal: (draft) => sealEs256(draft, stranger) },
  ],
  ['no signature', 'oidc_signature', { seal: (draft) => `${signedPart(draft)}.` }],
  [
    'the key in the header',
    'oidc_signature',
    {
      ...header({ jwk: publicJwk(stranger, 'one') }),
      seal: (draft) => sealEs256(draft, stranger),
    },
  ],
  [
    'keys that were swapped',
    'oidc_signature',
    { keys: () => ({ keys: [publicJwk(stranger, 'one')] }) },
  ],
  ['a key that is not known', 'oidc_key_unknown', header({ kid: 'two' })],
  ['no keys', 'oidc_key_unknown', { keys: () => ({ keys: [] }) }],
  [
    'a key for encryption',
    'oidc_key_unknown',
    { keys: ([good]) => ({ keys: [{ ...good, use: 'enc' }] }) },
  ],
  ['keys that are none', 'oidc_keys', { keys: () => ({ keys: 'all' }) }],
  [
    'a key off the curve',
    'oidc_malformed',
    { keys: ([good]) => ({ keys: [{ ...good, y: Buffer.alloc(32, 1).toString('base64url') }] }) },
  ],
  [
    'an RSA key of 1024 bits',
    'oidc_malformed',
    {
      ...supporting('RS256'),
      keys: () => ({ keys: [publicJwk(short, 'one')] }),
      seal: sealRs256,
    },
  ],
  [
    'alg none',
    'oidc_alg',
    { seal: (draft) => `${signedPart({ ...draft, header: { alg: 'none' } })}.` },
  ],
  [
    'alg none, which the provider says it uses',
    'oidc_alg',
    {
      ...supporting('none'),
      seal: (draft) => `${signedPart({ ...draft, header: { alg: 'none' } })}.`,
    },
  ],
  [
    'HS256 with the public key',
    'oidc_alg',
    {
      seal: (draft, key) =>
        hmac(draft, createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()),
    },
  ],
  [
    'HS256 with the public key, which the provider says it uses',
    'oidc_alg',
    {
      ...supporting('HS256', 'ES256'),
      seal: (draft, key) => hmac(draft, JSON.stringify(publicJwk(key, 'one'))),
    },
  ],
  [
    'HS256 with the secret of the client',
    'oidc_alg',
    { ...supporting('HS256'), seal: (draft) => hmac(draft, CLIENT.secret) },
  ],
  ['an extension that must be understood', 'oidc_unsupported', header({ crit: ['x'], x: 1 })],
  ['five parts', 'oidc_unsupported', { seal: () => 'a.b.c.d.e' }],
  ['two parts', 'oidc_malformed', { seal: (draft) => signedPart(draft) }],
  ['parts that are no base64', 'oidc_not_json', { seal: () => '!.!.!' }],
]

/** Claims that are not for us, not from there, or not of today. */
export const CLAIM_FAULTS: readonly Fault[] = [
  ['the issuer of another', 'oidc_iss', claims({ iss: 'https://other.example' })],
  ['no issuer in the token', 'oidc_iss', without('iss')],
  ['another audience', 'oidc_aud', claims({ aud: 'another' })],
  ['an audience that begins like ours', 'oidc_aud', claims({ aud: `${CLIENT.id}2` })],
  ['no audience', 'oidc_aud', without('aud')],
  ['more audiences, and nobody named', 'oidc_aud', claims({ aud: [CLIENT.id, 'another'] })],
  [
    'more audiences, and another party named',
    'oidc_azp',
    claims({ aud: [CLIENT.id, 'another'], azp: 'another' }),
  ],
  ['another party named', 'oidc_azp', claims({ azp: 'another' })],
  ['no nonce', 'oidc_nonce', without('nonce')],
  ['another nonce', 'oidc_nonce', claims({ nonce: 'A'.repeat(43) })],
  [
    'a nonce that is a list',
    'oidc_nonce',
    claims(({ nonce, ...rest }) => ({ ...rest, nonce: [nonce] })),
  ],
  ['an end in the past', 'oidc_exp', claims({ exp: now() - HOUR })],
  ['no end', 'oidc_exp', without('exp')],
  ['an end in words', 'oidc_exp', claims({ exp: 'tomorrow' })],
  ['a beginning in the future', 'oidc_nbf', claims({ nbf: now() + 24 * HOUR })],
  ['an issue in 1970', 'oidc_iat', claims({ iat: 0 })],
  ['an issue in the future', 'oidc_iat', claims({ iat: now() + 24 * HOUR })],
  ['an issue at no time', 'oidc_iat', without('iat')],
  ['an issue in words', 'oidc_iat', claims({ iat: 'now' })],
  ['no subject', 'oidc_sub', without('sub')],
  ['a subject that is a number', 'oidc_sub', claims({ sub: 1 })],
  ['an empty subject', 'oidc_sub', claims({ sub: '' })],
  ['a subject of 256 characters', 'oidc_sub', claims({ sub: 'x'.repeat(256) })],
  ['a subject with a NUL', 'oidc_sub', claims({ sub: 'known\0' })],
]
