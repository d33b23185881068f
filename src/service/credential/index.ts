export { isName, isText } from './name.ts'
export {
  type AskElsewhere,
  type Credentials,
  createPasswordCheck,
} from './password-check.ts'
export { hashSecret, makeSecret } from './secret.ts'
