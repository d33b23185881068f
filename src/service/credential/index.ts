export { isName, isText } from './name.ts'
export { type Credentials, createPasswordCheck } from './password-check.ts'
