import { z } from 'zod'
import { descriptions, titles } from './description.ts'
import {
  accountSid,
  attributeName,
  headers,
  mailbox,
  mailServer,
  pattern,
  template,
  urlTemplate,
} from './message-value.ts'
import { choice, password } from './value.ts'

/** Of the mail server and the SMS gateway by which account holders are written to. */
export const messageKeys = {
  mail: z
    .object({
      url: mailServer.optional().register(descriptions, {
        meaning:
          'The mail server that takes mail to account holders, with the name to sign in with.',
        advice:
          'smtps:// does TLS from the first byte, smtp:// by STARTTLS. One in a private network needs `outbound.allow` too.',
        fallback: 'none, no mail is sent',
      }),
      tls: choice('required', 'opportunistic', 'off').prefault('required').register(descriptions, {
        meaning:
          'Whether a server of smtp:// has to do STARTTLS, may do without, or is spoken to without TLS.',
        advice: 'Change it for a relay on this machine only.',
      }),
      password: password.optional().register(descriptions, {
        meaning: 'The password to sign in with at the mail server.',
        advice: 'It goes with the name in `mail.url`, and over TLS only.',
        fallback: 'none, nobody signs in',
        isSecret: true,
      }),
      from: mailbox.optional().register(descriptions, {
        meaning: 'Whom mail comes from.',
        advice:
          'Take an address that the mail server may send for, in the domain that people know.',
        fallback: 'none',
      }),
      replyTo: mailbox.optional().register(descriptions, {
        meaning: 'Where answers to mail go.',
        advice: 'The help desk.',
        fallback: '`mail.from`',
      }),
    })
    .register(titles, { title: 'Mail' }),
  sms: z
    .object({
      gateway: choice('http', 'twilio').optional().register(descriptions, {
        meaning: 'Who takes text messages to account holders: any gateway by HTTP, or Twilio.',
        advice: 'For http give `sms.url`, for twilio `sms.accountSid` and `sms.from`.',
        fallback: 'none, no text messages are sent',
      }),
      attribute: attributeName.prefault('phone').register(descriptions, {
        meaning: 'The attribute of account holders that holds their number, with its country.',
        advice: 'Take the name that your directory or CSV file has for it.',
      }),
      from: template.optional().register(descriptions, {
        meaning: 'The number, name or messaging service that messages come from: `{{from}}`.',
        advice: 'With Twilio a number in E.164, or a messaging service, MG….',
        fallback: 'none',
      }),
      secret: password.optional().register(descriptions, {
        meaning: 'What opens the gateway: `{{secret}}`, or the auth token of Twilio.',
        advice: 'Put it into a header rather than into the URL where the gateway lets you choose.',
        fallback: 'none',
        isSecret: true,
      }),
      accountSid: accountSid.optional().register(descriptions, {
        meaning: 'The account at Twilio.',
        advice: 'It stands on the first page of their console.',
        fallback: 'none',
      }),
      url: urlTemplate.optional().register(descriptions, {
        meaning: 'Where the gateway is asked; values in it are percent-encoded.',
        advice: 'With Twilio leave it out: it is api.twilio.com.',
        fallback: 'none',
      }),
      method: choice('POST', 'GET').prefault('POST').register(descriptions, {
        meaning: 'How the gateway is asked.',
        advice: 'GET only where the gateway knows nothing else: URLs end up in logs.',
      }),
      headers: headers.optional().register(descriptions, {
        meaning: 'Headers of the request, one a line.',
        advice: 'For example: Authorization: Bearer {{secret}}',
        fallback: 'none',
      }),
      body: template.optional().register(descriptions, {
        meaning:
          'The body of the request, with `{{to}}`, `{{text}}`, `{{from}}` and `{{reference}}`.',
        advice:
          'Values are escaped for JSON where it begins with { or [, else percent-encoded as in a form.',
        fallback: 'none',
      }),
      success: pattern.optional().register(descriptions, {
        meaning: 'What the body of a good answer matches, as a regular expression.',
        advice: 'Give it where the gateway answers 200 to everything.',
        fallback: 'none, every status from 200 to 299 is good',
      }),
    })
    .register(titles, { title: 'SMS' }),
}
