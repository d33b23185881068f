export { openOutbound } from './open.ts'
export { createOutbound, type Outbound } from './outbound.ts'
