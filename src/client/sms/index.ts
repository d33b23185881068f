export { createHttpGateway } from './http.ts'
export type { SmsClient } from './sms.ts'
export { createTwilioGateway } from './twilio.ts'
export { createSmsClient } from './watch.ts'
