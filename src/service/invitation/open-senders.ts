import { readFile } from 'node:fs/promises'
import { openOutbound } from '../../client/outbound/index.ts'
import type { SmsClient } from '../../client/sms/index.ts'
import type { Config } from '../../config/index.ts'
import type { Clock } from '../../model/index.ts'
import type { SendMail, SendSms } from './message.ts'

/** Those who pass messages on to account holders; undefined where none is configured. */
interface Senders {
  readonly mail: SendMail | undefined
  readonly sms: SendSms | undefined
}

interface Surroundings {
  readonly clock: Clock
  readonly publicUrl: string
}

/** The configured mail server and SMS gateway. Asks them nothing yet. @throws ServiceError invalid `outbound_ca_file` */
export const openSenders = async (config: Config, around: Surroundings): Promise<Senders> => ({
  mail: await openMail(config, around),
  sms: await openSms(config, around),
})

const openMail = async (
  { mail, outbound: way }: Config,
  { clock, publicUrl }: Surroundings,
): Promise<SendMail | undefined> => {
  const { url, from, tls, replyTo, password } = mail
  if (url === undefined || from === undefined) return undefined
  const outbound = await openOutbound(way)
  // Many servers send no mail, and need none of what does.
  const { createMailClient } = await import('../../client/mail/index.ts')
  return createMailClient({
    settings: {
      ...{ host: url.host, port: url.port, user: url.user, from, replyTo },
      tls: url.isImplicit ? 'implicit' : tls,
      password: password?.reveal(),
      name: new URL(publicUrl).hostname,
    },
    outbound,
    ca: way.caFile === undefined ? undefined : await readFile(way.caFile, 'utf8'),
    clock,
  })
}

const openSms = async (config: Config, { clock }: Surroundings): Promise<SendSms | undefined> => {
  const gateway = await openGateway(config, clock)
  return gateway && { ...gateway, attribute: config.sms.attribute }
}

const openGateway = async (
  { sms, outbound: way }: Config,
  clock: Clock,
): Promise<SmsClient | undefined> => {
  const { gateway, url, from, accountSid, method, headers = [], body, success } = sms
  if (gateway === undefined) return undefined
  const outbound = await openOutbound(way)
  const clients = await import('../../client/sms/index.ts')
  const secret = sms.secret?.reveal()
  switch (gateway) {
    case 'http': {
      if (url === undefined) return undefined
      const settings = { url, method, headers, body, success, from, secret }
      return clients.createSmsClient(clients.createHttpGateway(settings, outbound), { clock })
    }
    case 'twilio': {
      if (accountSid === undefined || from === undefined || secret === undefined) return undefined
      const settings = { accountSid, from, url, authToken: secret }
      return clients.createSmsClient(clients.createTwilioGateway(settings, outbound), { clock })
    }
    default:
      return gateway satisfies never
  }
}
