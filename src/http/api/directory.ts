import { z } from 'zod'
import { DIRECTORY_SETTINGS } from '../../model/index.ts'
import type { DirectoryService } from '../../service/directory/index.ts'
import { idOf, PERHAPS_TEXT, TEXT, TIME } from '../field.ts'
import { presentConnection, rfc3339 } from '../present.ts'
import { id, line, NAMED, REASON, short, WHY, whole } from './input.ts'
import { created, noContent, ok, operation } from './operation.ts'
import { byId, listQuery, pageOf, toPage } from './page.ts'
import { CONNECTION } from './server.ts'

const COUNTS = {
  people: z.int().meta({ description: 'For how many the directory vouches.' }),
  added: z.int(),
  changed: z.int(),
  enabled: z.int().meta({ description: 'Who was gone, and is back.' }),
  disabled: z.int().meta({ description: 'Who is gone.' }),
  withheld: z.int().meta({
    description: 'Who is gone and was not disabled: they are more than may be at once.',
  }),
  refused: z.array(z.strictObject({ name: TEXT, code: TEXT })).readonly(),
}

const SYNCED = z
  .strictObject({ at: TIME, ...COUNTS })
  .meta({ id: 'DirectorySynced', description: 'What became of the people of a directory.' })

const LAST_SYNC = z
  .strictObject({
    at: TIME,
    code: PERHAPS_TEXT.meta({ description: 'Why it failed; null: it did not.' }),
    people: COUNTS.people.nullable(),
    withheld: COUNTS.withheld.nullable(),
  })
  .meta({ id: 'DirectoryLastSync' })

const DIRECTORY = z
  .strictObject({
    id: idOf('directory'),
    name: TEXT,
    enabled: z.boolean(),
    position: z.int().meta({ description: 'Those with a lower one are asked before.' }),
    hasSecret: z.boolean(),
    settings: DIRECTORY_SETTINGS.meta({ id: 'DirectorySettings' }),
    createdAt: TIME,
    updatedAt: TIME,
    connection: CONNECTION,
    lastSync: LAST_SYNC.nullable(),
  })
  .meta({ id: 'Directory', description: 'Who vouches for account holders.' })

type Directory = Awaited<ReturnType<DirectoryService['get']>>

const presentDirectory = (directory: Directory): z.input<typeof DIRECTORY> => ({
  id: directory.id,
  name: directory.name,
  enabled: directory.isEnabled,
  position: directory.position,
  hasSecret: directory.hasSecret,
  settings: directory.settings,
  createdAt: rfc3339(directory.createdAt),
  updatedAt: rfc3339(directory.updatedAt),
  connection: presentConnection(directory.connection),
  lastSync: directory.lastSync && presentLastSync(directory.lastSync),
})

const presentLastSync = (last: NonNullable<Directory['lastSync']>): z.input<typeof LAST_SYNC> => ({
  at: rfc3339(last.at),
  code: 'code' in last ? last.code : null,
  people: 'people' in last ? last.people : null,
  withheld: 'withheld' in last ? last.withheld : null,
})

const SECRET = short(1024)
  .min(1)
  .meta({ description: 'The password of `bindDn`, or what requests are signed with.' })

const SOME = {
  position: whole({ least: 0, most: 1_000_000 }).exactOptional(),
  enabled: z.boolean().exactOptional(),
  secret: SECRET.exactOptional(),
  reason: WHY.exactOptional(),
}

const WANTED = DIRECTORY_SETTINGS.meta({
  id: 'NewDirectorySettings',
  description: 'Either `ldap` or `http`.',
  oneOf: [{ required: ['ldap'] }, { required: ['http'] }],
})

const NEW_DIRECTORY = z
  .strictObject({
    name: line(63).min(1).meta({ description: 'Small letters, digits and hyphens.' }),
    settings: WANTED,
    ...SOME,
  })
  .meta({ id: 'NewDirectory' })

const DIRECTORY_CHANGE = z
  .strictObject({ settings: WANTED.exactOptional(), ...SOME })
  .meta({ id: 'DirectoryChange', description: 'What is not said stays as it is.' })

const APPLICATION = z
  .strictObject({
    settings: WANTED,
    position: SOME.position,
    enabled: z.boolean().default(true),
    secret: SOME.secret,
    trial: z
      .boolean()
      .default(false)
      .meta({ description: 'Nothing is done, and what would be is told.' }),
    reason: WHY.exactOptional(),
  })
  .meta({
    id: 'DirectoryApplication',
    description: 'Without a secret it keeps the one that it has, without a position its place.',
  })

const APPLIED = z
  .strictObject({
    outcome: z.enum(['created', 'changed', 'same']),
    changed: z.array(TEXT).readonly().meta({ description: 'The members that differ from before.' }),
  })
  .meta({ id: 'DirectoryApplied' })

const TRIAL = z
  .strictObject({
    steps: z
      .array(
        z.strictObject({
          name: z.enum(['connect', 'search', 'person', 'groups']),
          ok: z.boolean(),
          seen: TEXT,
        }),
      )
      .readonly(),
    person: z
      .strictObject({
        name: TEXT,
        externalId: TEXT,
        fullName: PERHAPS_TEXT,
        email: PERHAPS_TEXT,
        attributes: z.record(TEXT, PERHAPS_TEXT),
        groups: z.array(TEXT).readonly(),
      })
      .nullable(),
  })
  .meta({ id: 'DirectoryTrial', description: 'Each step of looking somebody up.' })

const unknown = { 404: ['directory_unknown'] } as const
const settled = ['directory_settings', 'directory_secret'] as const

/** The directories, beside windfall's own list. */
export const directoryOperations = [
  operation(
    {
      id: 'listDirectories',
      method: 'GET',
      path: '/directories',
      summary: 'List the directories, in the order in which they are asked',
      asks: listQuery(id('directory'), {}),
      answers: ok(pageOf('DirectoryPage', DIRECTORY)),
    },
    async ({ directories }, { query: { limit, cursor } }) => {
      // They are few, and in an order that is not that of their ids.
      const all = await directories.list()
      const start = cursor === undefined ? 0 : all.findIndex((each) => each.id === cursor) + 1
      const found = all.slice(start, start + limit + 1)
      return toPage(found, limit, { present: presentDirectory, cursorOf: byId })
    },
  ),
  operation(
    {
      id: 'addDirectory',
      method: 'POST',
      path: '/directories',
      summary: 'Add a directory, behind the others unless it says where',
      asks: z.object({ body: NEW_DIRECTORY }),
      answers: created(DIRECTORY),
      problems: {
        400: ['directory_name', ...settled],
        409: ['directory_exists', 'directory_limit'],
      },
    },
    async ({ directories }, { body: { reason, enabled, ...wanted } }, { by }) =>
      presentDirectory(await directories.add({ ...wanted, isEnabled: enabled }, { by, reason })),
  ),
  operation(
    {
      id: 'getDirectory',
      method: 'GET',
      path: '/directories/:name',
      summary: 'Read a directory',
      asks: NAMED,
      answers: ok(DIRECTORY),
      problems: unknown,
    },
    async ({ directories }, { params }) => presentDirectory(await directories.get(params.name)),
  ),
  operation(
    {
      id: 'changeDirectory',
      method: 'PATCH',
      path: '/directories/:name',
      summary: 'Change a directory; its settings as a whole',
      description: 'For other servers the secret has to be given again.',
      asks: NAMED.extend({ body: DIRECTORY_CHANGE }),
      answers: ok(DIRECTORY),
      problems: { ...unknown, 400: settled },
    },
    async ({ directories }, { params, body: { reason, enabled, ...to } }, { by }) => {
      const change = { ...to, isEnabled: enabled }
      return presentDirectory(await directories.change(params.name, change, { by, reason }))
    },
  ),
  operation(
    {
      id: 'applyDirectory',
      method: 'POST',
      path: '/directories/:name/apply',
      summary: 'Make a directory, or change it, until it is exactly so',
      asks: NAMED.extend({ body: APPLICATION }),
      answers: ok(APPLIED),
      problems: { ...unknown, 400: ['directory_name', ...settled], 409: ['directory_exists'] },
    },
    async ({ directories }, { params, body: { trial, reason, enabled, ...wanted } }, { by }) => {
      const directory = { ...wanted, name: params.name, isEnabled: enabled }
      return await directories.apply(directory, { by, reason, isTrial: trial })
    },
  ),
  operation(
    {
      id: 'removeDirectory',
      method: 'DELETE',
      path: '/directories/:name',
      summary: 'Remove a directory; its account holders stay, and sign in no more',
      asks: NAMED,
      answers: noContent,
      problems: unknown,
    },
    async ({ directories }, { params }, { by }) => await directories.remove(params.name, { by }),
  ),
  operation(
    {
      id: 'testDirectory',
      method: 'POST',
      path: '/directories/:name/test',
      summary: 'Look somebody up without a password, and tell each step',
      asks: NAMED.extend({
        body: z
          .strictObject({ person: line(64).min(1).exactOptional() })
          .meta({ id: 'DirectoryTest' })
          .default({}),
      }),
      answers: ok(TRIAL),
      problems: unknown,
    },
    async ({ directories }, { params, body }) => {
      const { steps, person } = await directories.try(params.name, body.person)
      return {
        steps: steps.map(({ name, isOk, seen }) => ({ name, ok: isOk, seen })),
        person: person === undefined ? null : { ...person, attributes: { ...person.attributes } },
      }
    },
  ),
  operation(
    {
      id: 'syncDirectory',
      method: 'POST',
      path: '/directories/:name/sync',
      summary: 'Look everybody in a directory up',
      description: 'Adds and changes accounts, and disables those of whom is gone.',
      asks: NAMED.extend({
        body: z
          .strictObject({
            trial: z.boolean().default(false).meta({
              description: 'Nothing is done, and what would be is told.',
            }),
            force: z.boolean().default(false).meta({
              description: 'However many are gone, they are disabled.',
            }),
            ...REASON.unwrap().shape,
          })
          .meta({ id: 'DirectorySync' })
          .default({ trial: false, force: false }),
      }),
      answers: ok(SYNCED),
      problems: {
        ...unknown,
        409: ['directory_no_list', 'directory_disabled', 'directory_syncing'],
        503: ['directory_unavailable'],
      },
    },
    async ({ directories }, { params, body: { trial, force, reason } }, { by }) => {
      const order = { isTrial: trial, isForced: force }
      const report = await directories.sync(params.name, order, { by, reason })
      return { ...report, at: rfc3339(report.at) }
    },
  ),
] as const
