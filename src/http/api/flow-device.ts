import { z } from 'zod'
import { PERHAPS_TEXT, TEXT } from '../field.ts'
import { line, NAME, NAMED, WHY } from './input.ts'
import { noContent, ok, operation } from './operation.ts'
import { listQuery, pageOf, toPage } from './page.ts'

const LISTED = z
  .strictObject({
    device: TEXT.meta({ description: 'Its UDID or serial number.' }),
    owner: PERHAPS_TEXT.meta({
      description: 'The name of the account holder it is for; null: anybody.',
    }),
  })
  .meta({ id: 'ListedDevice' })

const IDENTIFIER = line(64)
  .min(1)
  .regex(/^\S+$/)
  .meta({ pattern: '^\\S+$', description: 'A UDID or a serial number, in any case.' })

const IMPORT = z
  .strictObject({
    devices: z
      .array(
        z
          .strictObject({ device: IDENTIFIER, owner: NAME.nullable().default(null) })
          .meta({ id: 'NewListedDevice' }),
      )
      .max(2000)
      .readonly(),
    whole: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether those that were on the list before are taken off.' }),
    trial: z
      .boolean()
      .default(false)
      .meta({ description: 'Nothing is done, and what would be is told.' }),
    reason: WHY.optional(),
  })
  .meta({ id: 'DeviceImport' })

const IMPORTED = z
  .strictObject({ listed: z.int(), removed: z.int() })
  .meta({ id: 'DevicesImported', description: 'How many were put on the list and taken off.' })

const unknown = { 404: ['flow_unknown'] } as const

/** Which devices may enroll by a flow, and whose they are. */
export const flowDeviceOperations = [
  operation(
    {
      id: 'listFlowDevices',
      method: 'GET',
      path: '/flows/:name/devices',
      summary: 'List the devices that may enroll by a flow',
      asks: listQuery(IDENTIFIER, {}).extend(NAMED.shape),
      answers: ok(pageOf('ListedDevicePage', LISTED)),
      problems: unknown,
    },
    async ({ flows }, { params, query: { limit, cursor } }) => {
      const found = await flows.devices(params.name, { after: cursor, limit: limit + 1 })
      return toPage(found, limit, {
        present: ({ device, owner }) => ({ device, owner }),
        cursorOf: ({ device }) => device,
      })
    },
  ),
  operation(
    {
      id: 'importFlowDevices',
      method: 'POST',
      path: '/flows/:name/devices',
      summary: 'Put devices on the list of a flow, all of them or none',
      description: 'Of one that is on it, the owner is changed. It counts at once.',
      asks: NAMED.extend({ body: IMPORT }),
      answers: ok(IMPORTED),
      problems: { ...unknown, 409: ['flow_without_list'] },
    },
    async ({ flows }, { params, body: { devices, whole, trial, reason } }, { by }) => {
      const order = { devices: unique(devices), isWhole: whole }
      return await flows.importDevices(params.name, order, { by, reason, isTrial: trial })
    },
  ),
  operation(
    {
      id: 'removeFlowDevice',
      method: 'DELETE',
      path: '/flows/:name/devices/:device',
      summary: 'Take a device off the list of a flow',
      asks: z.object({
        params: z.object({ name: z.string(), device: z.string() }),
        query: z.strictObject({ reason: WHY.optional() }),
      }),
      answers: noContent,
      problems: { 404: ['flow_unknown', 'device_not_listed'] },
    },
    async ({ flows }, { params, query: { reason } }, { by }) =>
      await flows.removeDevice(params.name, params.device, { by, reason }),
  ),
] as const

/** Where one is named twice, the last counts. */
const unique = <Listed extends { readonly device: string }>(
  devices: readonly Listed[],
): readonly Listed[] => [
  ...new Map(devices.map((each) => [each.device.toLowerCase(), each])).values(),
]
