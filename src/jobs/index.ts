export { startExpiry } from './expire.ts'
export { type Renewal, type RenewalTask, startRenewal } from './renew.ts'
