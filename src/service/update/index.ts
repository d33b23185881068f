import { DEFAULT_FLOW, type EnrollmentId, type FlowId } from '../../model/index.ts'
import {
  type CurrentVersion,
  countProfileVersions,
  type Db,
  listFlowNames,
  listOutdated,
  type Outdated,
  type Page,
} from '../../store/index.ts'
import type { FlowBook } from '../flow/index.ts'

export interface UpdateOptions {
  readonly db: Db
  readonly flows: FlowBook
}

/** How many devices hold a version of the final profile of a flow. */
interface HeldVersion {
  readonly flow: string
  /** SHA-256 of the template, hexadecimal; null: it is not known which. */
  readonly version: string | null
  readonly devices: number
  /** Whether a device that came now would get it. */
  readonly isCurrent: boolean
}

/** A device that holds another version than its flow has now, with the name of that flow. */
interface OutdatedDevice extends Outdated {
  readonly flow: string
}

/** A changed final profile, on its way to those who have an earlier one. */
export interface UpdateService {
  /** By flow; also versions that are current and that no device holds yet. @throws ServiceError as `TemplateFile.read` */
  versions(): Promise<readonly HeldVersion[]>
  /** @throws ServiceError as above */
  outdated(page: Page<EnrollmentId>): Promise<readonly OutdatedDevice[]>
}

export const createUpdateService = (options: UpdateOptions): UpdateService => ({
  async versions() {
    const flows = await readFlows(options)
    const held = (await countProfileVersions(options.db)).map(({ flowId, version, devices }) => {
      const flow = flows.find(({ id }) => id === flowId)
      const isCurrent = flow?.version === version
      return { flow: flow?.name ?? DEFAULT_FLOW, version, devices, isCurrent }
    })
    const unheld = flows
      .filter(({ name }) => !held.some(({ flow, isCurrent }) => flow === name && isCurrent))
      .map(({ name, version }) => ({ flow: name, version, devices: 0, isCurrent: true }))
    return [...held, ...unheld]
  },

  async outdated(page) {
    const flows = await readFlows(options)
    const current: readonly CurrentVersion[] = flows.map(({ id, version }) => ({
      flowId: id,
      version,
    }))
    const found = await listOutdated(options.db, { ...page, current })
    return found.map((each) => ({
      ...each,
      flow: flows.find(({ id }) => id === each.flowId)?.name ?? DEFAULT_FLOW,
    }))
  },
})

interface CurrentFlow {
  readonly id: FlowId | null
  readonly name: string
  readonly version: string
}

/** What each flow has now, also those that were removed. */
const readFlows = async ({ db, flows }: UpdateOptions): Promise<readonly CurrentFlow[]> => {
  const named = [{ id: null, name: DEFAULT_FLOW }, ...(await listFlowNames(db))]
  const current: CurrentFlow[] = []
  for (const { id, name } of named) {
    const { version } = await (await flows.of(id)).template.read()
    current.push({ id, name, version })
  }
  return current
}
