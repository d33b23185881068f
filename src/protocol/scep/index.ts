export { decodeTransaction, type FailInfo, findPrintable, type Transaction } from './attribute.ts'
export { CAPABILITIES, formatCapabilities } from './capability.ts'
export {
  appleTransactionId,
  decodeCertificates,
  openReply,
  type PendingRequest,
  type ScepReply,
  sealRequest,
} from './client.ts'
export {
  decodeIdentifier,
  decodeMessage,
  parseScepQuery,
  type ScepQuery,
} from './query.ts'
export { type ReplyOptions, sealFailure, sealSuccess } from './reply.ts'
export { openRequest, type ScepRefusal, type ScepRequest } from './request.ts'
