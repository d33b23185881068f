export { type Authority, openAuthority } from './authority.ts'
export {
  hashChallenge,
  type MintedChallenge,
  mintChallenge,
} from './challenge.ts'
export { openConfigured } from './configured.ts'
export { findPairFault, type GivenPair, openPair } from './given-pair.ts'
export { issuedBytes } from './issue.ts'
export { type Renewable, replaced } from './renewable.ts'
export { createScepService, type ScepService } from './scep.ts'
export { assertKeysUsable } from './usable.ts'
