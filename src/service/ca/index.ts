export { type Authority, openAuthority } from './authority.ts'
export {
  hashChallenge,
  type MintedChallenge,
  mintChallenge,
} from './challenge.ts'
export { openConfigured } from './configured.ts'
export type { Renewable } from './renewable.ts'
export { createScepService, type ScepService } from './scep.ts'
export { assertKeysUsable } from './usable.ts'
