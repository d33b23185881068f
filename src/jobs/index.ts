export { startExpiry } from './expire.ts'
