export { type Access, createAccess, type Scope } from './access.ts'
