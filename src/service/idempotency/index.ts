export {
  type ClaimedRequest,
  createOnce,
  KEY_LIFE,
  type KeyedAnswer,
  type Once,
} from './once.ts'
