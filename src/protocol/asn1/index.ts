export type { Element } from './element.ts'
export { decode, type EncodingRules } from './reader.ts'
export { context, Tag } from './tag.ts'
export * as der from './writer.ts'
