export { createRetention, type RetentionService } from './retention.ts'
