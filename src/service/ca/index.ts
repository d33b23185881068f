export { type Authority, type AuthoritySettings, openAuthority } from './authority.ts'
export {
  type ChallengeOrder,
  hashChallenge,
  type KeyRule,
  type MintedChallenge,
  mintChallenge,
} from './challenge.ts'
export { createScepService, type ScepOptions, type ScepService } from './scep.ts'
export { openServerCertificate, type ServerCertificate } from './server-certificate.ts'
