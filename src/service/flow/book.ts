import { ServiceError } from '../../errors.ts'
import { DEFAULT_FLOW, type FlowId } from '../../model/index.ts'
import { type Db, findFlow, findFlowByName, findFlowRevision } from '../../store/index.ts'
import { type FlowChoices, toChoices } from './choices.ts'

/** What the flows choose, as it is now. */
export interface FlowBook {
  /** The flow that the configuration describes. */
  readonly default: FlowChoices
  /**
   * What an enrollment goes by; null: the default, for which nothing is asked. A flow that was removed still chooses
   * for those that began by it.
   */
  of(id: FlowId | null): Promise<FlowChoices>
  /** What a new enrollment begins by. @throws ServiceError not_found `flow_unknown`, also for one that is not open */
  open(name: string): Promise<FlowChoices>
}

export const createFlowBook = (db: Db, defaults: FlowChoices): FlowBook => {
  // Each state of a flow has a number of its own: what is kept here never becomes wrong, only old.
  const kept = new Map<FlowId, { readonly revision: number; readonly choices: FlowChoices }>()
  const of = async (id: FlowId): Promise<FlowChoices> => {
    const found = kept.get(id)
    if (found !== undefined && (await findFlowRevision(db, id)) === found.revision) {
      return found.choices
    }
    const flow = await findFlow(db, id)
    if (flow === undefined) throw new Error('the flow of an enrollment is gone')
    const choices = toChoices(db, flow, defaults)
    kept.set(id, { revision: flow.revision, choices })
    return choices
  }
  return {
    default: defaults,
    of: async (id) => (id === null ? defaults : await of(id)),
    async open(name) {
      const flow = name === DEFAULT_FLOW ? undefined : await findFlowByName(db, name)
      const choices = flow === undefined ? defaults : await of(flow.id)
      if ((flow === undefined && name !== DEFAULT_FLOW) || !choices.isOpen) throw flowUnknown()
      return choices
    },
  }
}

export const flowUnknown = (): ServiceError =>
  new ServiceError('not_found', 'flow_unknown', 'there is no flow of this name')
