export { startCheckpoints } from './checkpoint.ts'
export { startExpiry } from './expire.ts'
