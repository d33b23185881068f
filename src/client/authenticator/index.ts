export { type Answer, type Authenticator, createAuthenticator } from './authenticator.ts'
