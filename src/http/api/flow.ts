import { z } from 'zod'
import { FLOW_FIELDS, FLOW_NAME, FLOW_SPEC } from '../../model/index.ts'
import type { FlowService } from '../../service/flow/index.ts'
import { idOf, TEXT, TIME } from '../field.ts'
import { rfc3339 } from '../present.ts'
import { preconditionOf, requirePrecondition } from './entity-tag.ts'
import { id, NAMED, WHY } from './input.ts'
import { type Context, created, ok, operation } from './operation.ts'
import { byId, listQuery, pageOf, toPage } from './page.ts'
import type { ApiOptions } from './services.ts'

type Flow = Awaited<ReturnType<FlowService['get']>>

const FLOW = z
  .strictObject({
    id: idOf('flow'),
    name: TEXT,
    url: TEXT.meta({ description: 'Where people and devices begin by it.' }),
    ...FLOW_FIELDS,
    createdAt: TIME,
    changedAt: TIME,
  })
  .meta({ id: 'Flow', description: 'A named set of choices for enrollments.' })

const presentFlow =
  (publicUrl: string) =>
  ({ id, name, spec, createdAt, changedAt }: Flow): z.output<typeof FLOW> => ({
    id,
    name,
    url: `${publicUrl}/e/${name}`,
    ...spec,
    createdAt: rfc3339(createdAt),
    changedAt: rfc3339(changedAt),
  })

const FLOW_KEY = z.string().meta({ pattern: FLOW_NAME.source, maxLength: 64 })

const NEW_FLOW = FLOW_SPEC.extend({ name: FLOW_KEY, reason: WHY.optional() }).meta({
  id: 'NewFlow',
})

const optional = <Schema extends z.ZodType>(schema: Schema) => schema.exactOptional()

const FLOW_CHANGE = z
  .strictObject({
    enabled: optional(FLOW_FIELDS.enabled),
    requires: optional(FLOW_FIELDS.requires),
    methods: optional(FLOW_FIELDS.methods),
    directories: optional(FLOW_FIELDS.directories),
    accounts: optional(FLOW_FIELDS.accounts),
    account: optional(FLOW_FIELDS.account),
    invitation: optional(FLOW_FIELDS.invitation),
    minimumVersions: optional(FLOW_FIELDS.minimumVersions),
    certificateDays: optional(FLOW_FIELDS.certificateDays),
    allowLegacy: optional(FLOW_FIELDS.allowLegacy),
    template: optional(FLOW_FIELDS.template),
    texts: optional(FLOW_FIELDS.texts),
    reason: WHY.exactOptional(),
  })
  .meta({ id: 'FlowChange', description: 'What is not said stays as it is.' })

const APPLICATION = FLOW_SPEC.extend({
  trial: z
    .boolean()
    .default(false)
    .meta({ description: 'Nothing is done, and what would be is told.' }),
  reason: WHY.optional(),
}).meta({ id: 'FlowApplication', description: 'What is not said is as usual.' })

const APPLIED = z
  .strictObject({
    outcome: z.enum(['created', 'changed', 'same']),
    changed: z.array(TEXT).readonly().meta({ description: 'The members that differ from before.' }),
    flow: FLOW,
  })
  .meta({ id: 'FlowApplied' })

const FAULTS = ['flow_name', 'flow_methods', 'flow_account', 'flow_template'] as const

const unknown = { 404: ['flow_unknown'] } as const

/** Who does it, why, and on which state. */
const doingOf = (
  { publicUrl }: ApiOptions,
  reason: string | undefined,
  { by, request }: Context,
) => ({ by, reason, require: preconditionOf(request, presentFlow(publicUrl)) })

/** Named sets of choices for enrollments. */
export const flowOperations = [
  operation(
    {
      id: 'listFlows',
      method: 'GET',
      path: '/flows',
      summary: 'List enrollment flows, oldest first',
      description: 'The flow that the configuration describes is not among them.',
      asks: listQuery(id('flow'), {}),
      answers: ok(pageOf('FlowPage', FLOW)),
    },
    async ({ flows, publicUrl }, { query: { limit, cursor } }) => {
      const found = await flows.list({ after: cursor, limit: limit + 1 })
      return toPage(found, limit, { present: presentFlow(publicUrl), cursorOf: byId })
    },
  ),
  operation(
    {
      id: 'createFlow',
      method: 'POST',
      path: '/flows',
      summary: 'Make an enrollment flow',
      asks: z.object({ body: NEW_FLOW }),
      answers: created(FLOW),
      problems: { 400: FAULTS, 409: ['flow_exists'] },
    },
    async ({ flows, publicUrl }, { body: { name, reason, ...spec } }, { by }) =>
      presentFlow(publicUrl)(await flows.create(name, spec, { by, reason })),
  ),
  operation(
    {
      id: 'getFlow',
      method: 'GET',
      path: '/flows/:name',
      summary: 'Read an enrollment flow',
      asks: NAMED,
      answers: ok(FLOW),
      isTagged: true,
      problems: unknown,
    },
    async ({ flows, publicUrl }, { params }) =>
      presentFlow(publicUrl)(await flows.get(params.name)),
  ),
  operation(
    {
      id: 'changeFlow',
      method: 'PATCH',
      path: '/flows/:name',
      summary: 'Change what an enrollment flow chooses',
      description: 'It counts at once, also for devices that are under way.',
      asks: NAMED.extend({ body: FLOW_CHANGE }),
      answers: ok(FLOW),
      isTagged: true,
      precondition: 'needed',
      problems: { ...unknown, 400: FAULTS },
    },
    async ({ flows, publicUrl }, { params, body: { reason, ...to } }, { by, request }) => {
      const present = presentFlow(publicUrl)
      const require = requirePrecondition(request, present)
      return present((await flows.change(params.name, to, { by, reason, require })).flow)
    },
  ),
  operation(
    {
      id: 'applyFlow',
      method: 'POST',
      path: '/flows/:name/apply',
      summary: 'Make an enrollment flow, or change it, until it is exactly so',
      asks: NAMED.extend({ body: APPLICATION }),
      answers: ok(APPLIED),
      precondition: 'possible',
      problems: { 400: FAULTS, 404: ['flow_unknown'], 409: ['flow_exists'] },
    },
    async (options, { params, body: { trial, reason, ...spec } }, context) => {
      const doing = { ...doingOf(options, reason, context), isTrial: trial }
      const { flow, ...applied } = await options.flows.apply(params.name, spec, doing)
      return { ...applied, flow: presentFlow(options.publicUrl)(flow) }
    },
  ),
  operation(
    {
      id: 'removeFlow',
      method: 'DELETE',
      path: '/flows/:name',
      summary: 'Take an enrollment flow away',
      description: 'Devices that began by it go on, and get its final profile when they come back.',
      asks: NAMED.extend({ query: z.strictObject({ reason: WHY.optional() }) }),
      answers: ok(FLOW),
      precondition: 'possible',
      problems: unknown,
    },
    async (options, { params, query }, context) =>
      presentFlow(options.publicUrl)(
        await options.flows.remove(params.name, doingOf(options, query.reason, context)),
      ),
  ),
] as const
