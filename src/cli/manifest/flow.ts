import { z } from 'zod'
import type { Api, Flow } from '../../api-client/index.ts'
import { FLOW_DEFAULTS, FLOW_SPEC, type FlowSpec } from '../../model/index.ts'
import { fetchList } from '../paging.ts'
import { check } from './check.ts'
import type { Kind, PulledObject } from './kind.ts'
import { REFERENCE, readReference } from './reference.ts'

const SPEC = FLOW_SPEC.extend({
  template: z
    .union([FLOW_SPEC.shape.template, REFERENCE], 'must be a text, {file: …} or {env: …}')
    .default(null),
})

/** `kind: Flow`: an enrollment flow. */
export const flowKind: Kind = {
  name: 'Flow',
  plural: 'flows',
  async read({ name, spec }, document, context) {
    const checked = check(SPEC, spec ?? {}, { document, at: ['spec'] })
    if (!checked.ok) return checked
    const { template } = checked.value
    try {
      const text =
        typeof template === 'object' && template !== null
          ? await readReference(template, context)
          : template
      const whole = { ...checked.value, template: text }
      const { file } = document
      return {
        ok: true,
        object: {
          ...{ kind: 'Flow', name, file, line: document.lineOf([]) },
          apply: (api, doing) => api.applyFlow(name, { ...whole, ...doing }),
        },
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const path = ['spec', 'template']
      const line = document.lineOf(path)
      const { file } = document
      return { ok: false, faults: [{ file, line, path: path.join('.'), message: error.message }] }
    }
  },
  list: async (api) => (await listAll(api)).map(({ name }) => name),
  async remove(api, name, reason) {
    await api.removeFlow(name, { reason })
  },
  pull: async (api) => (await listAll(api)).map(toPulled),
}

const listAll = async (api: Api): Promise<readonly Flow[]> =>
  (await fetchList(Number.MAX_SAFE_INTEGER, (page) => api.listFlows(page))).data

const toPulled = (flow: Flow): PulledObject => {
  const { template } = flow
  const unusual = FLOW_KEYS.filter(
    (key) => key !== 'template' && JSON.stringify(flow[key]) !== JSON.stringify(FLOW_DEFAULTS[key]),
  )
  return {
    name: flow.name,
    spec: Object.fromEntries(unusual.map((key) => [key, flow[key]])),
    attachments:
      template === null ? [] : [{ member: 'template', extension: 'mobileconfig', text: template }],
  }
}

const FLOW_KEYS: readonly (keyof FlowSpec)[] = FLOW_SPEC.keyof().options
