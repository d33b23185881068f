import { z } from 'zod'
import type { UpdateService } from '../../service/update/index.ts'
import { idOf, PERHAPS_TEXT, TEXT, TIME } from '../field.ts'
import { rfc3339 } from '../present.ts'
import { id } from './input.ts'
import { NOTHING, ok, operation } from './operation.ts'
import { byId, listQuery, pageOf, toPage } from './page.ts'

const VERSION = TEXT.meta({ description: 'SHA-256 of the template, hexadecimal.' })
const HELD_VERSION = PERHAPS_TEXT.meta({
  description: 'As `current`; null where it is not known which version the device holds.',
})

const SPREAD = z
  .strictObject({
    current: VERSION,
    versions: z.array(z.strictObject({ version: HELD_VERSION, devices: z.int() })).readonly(),
  })
  .meta({ id: 'ProfileSpread', description: 'How many devices hold which final profile.' })

const OUTDATED = z
  .strictObject({
    id: idOf('enrollment'),
    version: HELD_VERSION,
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
  ...outdated,
  updatedAt: rfc3339(outdated.updatedAt),
})

/** Which device has which final profile. */
export const updateOperations = [
  operation(
    {
      id: 'getProfileSpread',
      method: 'GET',
      path: '/profile-versions',
      summary: 'Count the devices that hold each version of the final profile',
      asks: NOTHING,
      answers: ok(SPREAD),
      problems: { 503: ['template_unreadable'] },
    },
    async ({ updates }) => {
      const { current, versions } = await updates.spread()
      return { current, versions: versions.map((each) => ({ ...each })) }
    },
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
