export { type AcmeService, type AcmeStatus, createAcmeService } from './acme.ts'
