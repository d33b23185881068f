import { z } from 'zod'
import type { UpdateService } from '../../service/update/index.ts'
import { idOf, PERHAPS_TEXT, TEXT, TIME } from '../field.ts'
import { rfc3339 } from '../present.ts'
import { id } from './input.ts'
import { NOTHING, ok, operation } from './operation.ts'
import { byId, listQuery, pageOf, toPage } from './page.ts'

const FLOW = TEXT.meta({ description: 'The name of the flow that the device began by.' })
const VERSION = PERHAPS_TEXT.meta({
  description: 'SHA-256 of the template, hexadecimal; null where it is not known which.',
})

const HELD_VERSIONS = z
  .strictObject({
    data: z
      .array(
        z.strictObject({
          flow: FLOW,
          version: VERSION,
          devices: z.int(),
          isCurrent: z
            .boolean()
            .meta({ description: 'Whether a device that came now would get it.' }),
        }),
      )
      .readonly(),
  })
  .meta({ id: 'HeldVersions', description: 'How many devices hold which final profile.' })

const OUTDATED = z
  .strictObject({
    id: idOf('enrollment'),
    flow: FLOW,
    version: VERSION,
    updatedAt: TIME,
    account: z.strictObject({ id: idOf('account'), name: TEXT, email: PERHAPS_TEXT }),
    device: z.strictObject({
      id: idOf('device'),
      serialNumber: PERHAPS_TEXT,
      product: PERHAPS_TEXT,
    }),
  })
  .meta({ id: 'OutdatedDevice', description: 'A device whose final profile is an earlier one.' })

type Outdated = Awaited<ReturnType<UpdateService['outdated']>>[number]

const presentOutdated = (outdated: Outdated): z.output<typeof OUTDATED> => ({
  id: outdated.id,
  flow: outdated.flow,
  version: outdated.version,
  updatedAt: rfc3339(outdated.updatedAt),
  account: outdated.account,
  device: outdated.device,
})

/** Which device has which final profile. */
export const updateOperations = [
  operation(
    {
      id: 'getHeldVersions',
      method: 'GET',
      path: '/profile-versions',
      summary: 'Count the devices that hold each version of the final profile',
      asks: NOTHING,
      answers: ok(HELD_VERSIONS),
      problems: { 503: ['template_unreadable'] },
    },
    async ({ updates }) => ({
      data: (await updates.versions()).map((version) => ({ ...version })),
    }),
  ),
  operation(
    {
      id: 'listOutdatedDevices',
      method: 'GET',
      path: '/outdated-devices',
      summary: 'List the devices that hold another version than the current one',
      description: 'In the order of their enrollments. Those of disabled accounts are left out.',
      asks: listQuery(id('enrollment'), {}),
      answers: ok(pageOf('OutdatedDevicePage', OUTDATED)),
      problems: { 503: ['template_unreadable'] },
    },
    async ({ updates }, { query: { limit, cursor } }) => {
      const found = await updates.outdated({ after: cursor, limit: limit + 1 })
      return toPage(found, limit, { present: presentOutdated, cursorOf: byId })
    },
  ),
] as const
