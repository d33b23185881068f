import { createHash } from 'node:crypto'
import { ServiceError } from '../../errors.ts'
import {
  type Clock,
  differingFields,
  type FlowSpec,
  type JsonObject,
  newId,
} from '../../model/index.ts'
import {
  changeFlow,
  type Db,
  type Executor,
  type Flow,
  findFlow,
  findFlowByName,
  holdFlow,
  insertFlow,
  isUniqueViolation,
  removeFlow,
  transact,
} from '../../store/index.ts'
import { type Actor, recordAudit } from '../journal/index.ts'
import { flowUnknown } from './book.ts'
import { requireSound } from './sound.ts'

export interface FlowOptions {
  readonly db: Db
  readonly clock: Clock
}

/** Who does something, why, and what must be so before; `isTrial`: nothing is done, and what would be is told. */
export interface FlowDoing {
  readonly by: Actor
  readonly reason?: string | undefined
  /** Throws where the state that a change begins from is not the one that was expected. */
  readonly require?: ((flow: Flow) => void) | undefined
  readonly isTrial?: boolean | undefined
}

/** What became of a flow: its state, and which of its choices differ from those before. */
export interface Applied {
  readonly outcome: 'created' | 'changed' | 'same'
  readonly flow: Flow
  readonly changed: readonly (keyof FlowSpec)[]
}

/** @throws ServiceError not_found `flow_unknown` */
export const getFlow = async ({ db }: Pick<FlowOptions, 'db'>, name: string): Promise<Flow> => {
  const flow = await findFlowByName(db, name)
  if (flow === undefined) throw flowUnknown()
  return flow
}

/**
 * Makes a flow of what it chooses.
 * @throws ServiceError conflict `flow_exists`; as `requireSound`
 */
export const createFlow = async (
  options: FlowOptions,
  { name, spec }: Pick<Flow, 'name' | 'spec'>,
  doing: FlowDoing,
): Promise<Flow> => {
  const { db, clock } = options
  const accountId = await requireSound(db, name, spec)
  const createdAt = clock.now()
  const flow = { id: newId('flow', createdAt), name, spec, accountId, createdAt }
  const made = { ...flow, revision: 1, changedAt: createdAt, removedAt: null }
  if (doing.isTrial) return made
  try {
    await transact(db, async (tx) => {
      await insertFlow(tx, flow)
      await record(tx, made, { ...doing, at: createdAt, action: 'flow.create', after: made })
    })
  } catch (error) {
    if (!isUniqueViolation(error, 'flow_name_key')) throw error
    throw new ServiceError('conflict', 'flow_exists', 'there is a flow of this name')
  }
  return made
}

/**
 * Changes what a flow chooses, for those that begin by it and for those that are under way: what is not said stays.
 * @throws ServiceError not_found `flow_unknown`; as `requireSound`; what the precondition throws
 */
export const updateFlow = async (
  options: FlowOptions,
  { name, to }: { readonly name: string; readonly to: Partial<FlowSpec> },
  doing: FlowDoing,
): Promise<Applied> => {
  const { db, clock } = options
  const { id } = await getFlow(options, name)
  return await transact(db, async (tx): Promise<Applied> => {
    await holdFlow(tx, id)
    const before = await findFlow(tx, id)
    if (before === undefined || before.removedAt !== null) throw flowUnknown()
    doing.require?.(before)
    const spec = { ...before.spec, ...to }
    const accountId = await requireSound(tx, name, spec)
    const changed = differingFields(before.spec, spec)
    if (changed.length === 0) return { outcome: 'same', flow: before, changed }
    const at = clock.now()
    const flow = { ...before, spec, accountId, revision: before.revision + 1, changedAt: at }
    if (!doing.isTrial) {
      await changeFlow(tx, flow, at)
      await record(tx, flow, { ...doing, at, action: 'flow.change', before, after: flow, changed })
    }
    return { outcome: 'changed', flow, changed }
  })
}

/** Makes a flow, or changes it, until it chooses exactly this. @throws as `createFlow` and `updateFlow` */
export const applyFlow = async (
  options: FlowOptions,
  { name, spec }: Pick<Flow, 'name' | 'spec'>,
  doing: FlowDoing,
): Promise<Applied> => {
  const found = await findFlowByName(options.db, name)
  if (found !== undefined) return await updateFlow(options, { name, to: spec }, doing)
  return { outcome: 'created', flow: await createFlow(options, { name, spec }, doing), changed: [] }
}

/**
 * Takes a flow away: nobody begins by it any more, and its name is free. Devices that began by it go on, and get its
 * final profile when they come back.
 * @throws ServiceError not_found `flow_unknown`; what the precondition throws
 */
export const dropFlow = async (
  options: FlowOptions,
  name: string,
  doing: FlowDoing,
): Promise<Flow> => {
  const { db, clock } = options
  const { id } = await getFlow(options, name)
  const at = clock.now()
  return await transact(db, async (tx) => {
    await holdFlow(tx, id)
    const before = await findFlow(tx, id)
    if (before === undefined || before.removedAt !== null) throw flowUnknown()
    doing.require?.(before)
    await removeFlow(tx, id, at)
    await record(tx, before, { ...doing, at, action: 'flow.remove', before })
    return { ...before, revision: before.revision + 1, removedAt: at }
  })
}

interface Change extends FlowDoing {
  readonly at: number
  readonly action: string
  readonly before?: Flow
  readonly after?: Flow
  /** All, where it is not said. */
  readonly changed?: readonly (keyof FlowSpec)[]
}

const record = async (
  tx: Executor,
  { id, name }: Flow,
  { at, action, by, reason, before, after, changed }: Change,
): Promise<void> =>
  await recordAudit(tx, {
    at,
    actor: by.name,
    action,
    outcome: 'done',
    subject: id,
    reason,
    ...(before === undefined ? {} : { before: describe(before, changed) }),
    ...(after === undefined ? {} : { after: describe(after, changed) }),
    detail: { name },
    origin: by.origin,
  })

/** A flow as the audit tells it, which cannot forget: an account by its id, a template by its hash. */
const describe = (
  { spec, accountId }: Flow,
  only: readonly (keyof FlowSpec)[] | undefined,
): JsonObject => {
  const { template } = spec
  const all: JsonObject = {
    ...toJson(spec),
    account: accountId,
    template: template === null ? null : createHash('sha256').update(template).digest('hex'),
  }
  return Object.fromEntries(
    Object.entries(all).filter(([key]) => only?.some((each) => each === key) ?? true),
  )
}

const toJson = ({ minimumVersions, texts, ...spec }: FlowSpec): JsonObject => ({
  ...spec,
  minimumVersions: withoutAbsent(minimumVersions),
  texts: Object.fromEntries(
    Object.entries(texts).map(([language, text]) => [language, withoutAbsent(text)]),
  ),
})

const withoutAbsent = (
  texts: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(texts).flatMap(([key, text]) => (text === undefined ? [] : [[key, text]])),
  )
