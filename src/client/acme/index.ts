export { type AcmeAuthorization, AcmeClient, type AcmeOrderState } from './client.ts'
export { problemError } from './resource.ts'
