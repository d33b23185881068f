export { startExpiry } from './expire.ts'
export { type RenewalTask, startRenewal } from './renew.ts'
