export { type Authority, openAuthority } from './authority.ts'
export {
  hashChallenge,
  type MintedChallenge,
  mintChallenge,
} from './challenge.ts'
export { parseGivenSigner } from './given-signer.ts'
export { createScepService, type ScepService } from './scep.ts'
export { openServerCertificate } from './server-certificate.ts'
export { assertKeysUsable } from './usable.ts'
