export {
  decodeAnswer,
  type LdapAnswer,
  type LdapEntry,
  type LdapResult,
  MAX_MESSAGE,
  messageLength,
  ResultCode,
} from './answer.ts'
export { dnKey } from './dn.ts'
export type { Filter } from './filter.ts'
export { parseFilter } from './filter-text.ts'
export { encodeBind, encodeSearch, encodeStartTls, encodeUnbind, type Search } from './request.ts'
