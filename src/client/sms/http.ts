import type { Outbound } from '../outbound/index.ts'
import { commonOutcome, type Sms, type SmsGateway } from './sms.ts'

/** How a gateway is asked that speaks HTTP in its own way. Holes: `{{to}}`, `{{text}}`, `{{from}}`, … */
interface HttpGatewaySettings {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string | undefined
  /** What the body of a good answer matches; undefined: every 2xx is good. */
  readonly success: RegExp | undefined
  readonly from: string | undefined
  readonly secret: string | undefined
}

/** A gateway that is asked by a template of ours. */
export const createHttpGateway = (
  settings: HttpGatewaySettings,
  outbound: Outbound,
): SmsGateway => ({
  async send(sms, signal) {
    const values = valuesOf(settings, sms)
    const { method, body, success } = settings
    const isJson = /^\s*[[{]/.test(body ?? '')
    const response = await outbound.fetch(fill(settings.url, values, encodeURIComponent), {
      method,
      headers: headersOf(settings, values, isJson),
      body:
        body === undefined || method === 'GET'
          ? undefined
          : fill(body, values, isJson ? inJson : encodeURIComponent),
      signal,
      readsExcuses: true,
    })
    const common = commonOutcome(response)
    if (common !== undefined) return common
    const isGood = response.status < 300 && (success?.test(await response.text()) ?? true)
    return isGood ? { kind: 'sent' } : { kind: 'refused', code: 'sms_refused' }
  },
})

type Values = ReadonlyMap<string, string>

const valuesOf = ({ from, secret }: HttpGatewaySettings, sms: Sms): Values =>
  new Map([
    ['to', sms.to],
    ['text', sms.text],
    ['reference', sms.reference],
    ['from', from ?? ''],
    ['secret', secret ?? ''],
  ])

const headersOf = ({ headers, body }: HttpGatewaySettings, values: Values, isJson: boolean) => {
  const type = isJson ? 'application/json' : 'application/x-www-form-urlencoded'
  return {
    'user-agent': 'windfall',
    ...(body === undefined ? {} : { 'content-type': type }),
    ...Object.fromEntries(headers.map(([name, value]) => [name, fill(value, values, inHeader)])),
  }
}

const fill = (template: string, values: Values, encode: (value: string) => string): string =>
  template.replaceAll(/\{\{(\w+)\}\}/g, (hole, name: string) => {
    const value = values.get(name)
    return value === undefined ? hole : encode(value)
  })

// As it stands between the quotation marks of the template.
const inJson = (value: string): string => JSON.stringify(value).slice(1, -1)

const inHeader = (value: string): string => value.replaceAll(/[^\x20-\x7e]/g, '?')
