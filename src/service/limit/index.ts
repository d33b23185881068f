export { type Allowance, createRequestLimit, type RequestLimit } from './request-limit.ts'
