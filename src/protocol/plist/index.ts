export {
  dict,
  expectDict,
  getArray,
  getBoolean,
  getData,
  getDict,
  getInteger,
  getString,
} from './dict.ts'
export { formatPlist } from './format.ts'
export { parsePlist } from './parse.ts'
export { type PlistDict, type PlistValue, Real } from './value.ts'
