import { z } from 'zod'
import type { Outbound } from '../outbound/index.ts'
import { commonOutcome, type Sms, type SmsGateway } from './sms.ts'

interface TwilioSettings {
  readonly accountSid: string
  readonly authToken: string
  /** A number in E.164, a name, or a messaging service, `MG…`. */
  readonly from: string
  /** Undefined: that of Twilio. */
  readonly url: string | undefined
}

const TWILIO = 'https://api.twilio.com'

/** The Messages resource of Twilio's REST API, version 2010-04-01. */
export const createTwilioGateway = (
  { accountSid, authToken, from, url = TWILIO }: TwilioSettings,
  outbound: Outbound,
): SmsGateway => ({
  async send(sms, signal) {
    const credentials = Buffer.from(`${accountSid}:${authToken}`).toString('base64')
    const response = await outbound.fetch(
      `${url.replace(/\/$/, '')}/2010-04-01/Accounts/${accountSid}/Messages.json`,
      {
        method: 'POST',
        headers: {
          'user-agent': 'windfall',
          authorization: `Basic ${credentials}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: formOf(sms, from).toString(),
        signal,
        readsExcuses: true,
      },
    )
    const common = commonOutcome(response)
    if (common !== undefined) return common
    if (response.status === 201) return { kind: 'sent' }
    const { data } = PROBLEM.safeParse(parseJson(await response.text()))
    const isAboutNumber = data !== undefined && NUMBER_CODES.has(data.code)
    return { kind: 'refused', code: isAboutNumber ? 'sms_number_refused' : 'sms_refused' }
  },
})

const formOf = ({ to, text }: Sms, from: string): URLSearchParams => {
  const sender = /^MG[0-9a-fA-F]{32}$/.test(from) ? 'MessagingServiceSid' : 'From'
  return new URLSearchParams({ To: to, [sender]: from, Body: text })
}

const PROBLEM = z.object({ code: z.number() })

/** Twilio's codes for numbers that are none, cannot get text messages, or do not want ours. */
const NUMBER_CODES: ReadonlySet<number> = new Set([21211, 21214, 21217, 21610, 21612, 21614])

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
