export { startCheckpoints } from './checkpoint.ts'
export { startExpiry } from './expire.ts'
export { startForgetting } from './forget.ts'
export { type RenewalTask, startRenewal } from './renew.ts'
