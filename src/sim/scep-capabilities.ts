import type { ScepHabits } from './persona.ts'
import { refuse } from './sim-error.ts'

/** How the device asks, by what the server says it can. */
export type ScepChoice = {
  readonly isPost: boolean
  readonly cipher: 'aes-128-cbc' | 'des-ede3-cbc'
  readonly hash: 'sha1' | 'sha256'
}

/** The keywords of an answer to GetCACaps, one a line (RFC 8894 §3.5.1). */
export const parseCapabilities = (body: Uint8Array): readonly string[] =>
  Buffer.from(body)
    .toString('latin1')
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** @throws SimError `scep_capabilities_hash`: without a SHA in the list iOS 10 and later go no further */
export const chooseByCapabilities = (
  capabilities: readonly string[],
  { knowsAes, knowsSha256, knowsPost, needsHash }: ScepHabits,
): ScepChoice => {
  const known = new Set(capabilities.map((keyword) => keyword.toLowerCase()))
  // RFC 8894 §3.5.2: SCEPStandard stands for AES, POST and SHA-256.
  const has = (keyword: string): boolean => known.has(keyword) || known.has('scepstandard')
  const canSha256 = has('sha-256')
  if (needsHash && !canSha256 && !known.has('sha-1') && !known.has('sha-512')) {
    throw refuse('scep_capabilities_hash', 'the server offers none of SHA-1, SHA-256, SHA-512')
  }
  return {
    isPost: knowsPost && has('postpkioperation'),
    cipher: knowsAes && has('aes') ? 'aes-128-cbc' : 'des-ede3-cbc',
    hash: knowsSha256 && canSha256 ? 'sha256' : 'sha1',
  }
}
