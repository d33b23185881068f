export { startCheckpoints } from './checkpoint.ts'
export { startExpiry } from './expire.ts'
export { startOrders } from './order.ts'
export { type RenewalTask, startRenewal } from './renew.ts'
