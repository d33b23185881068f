export { createMailClient, type MailSettings } from './client.ts'
