export {
  createRetention,
  type Removed,
  type RetentionService,
  type RetentionSettings,
} from './retention.ts'
