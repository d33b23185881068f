export { type Call, UnexpectedAnswer } from './call.ts'
export * from './generated.ts'
