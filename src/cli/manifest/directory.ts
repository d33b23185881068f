import { z } from 'zod'
import { DIRECTORY_SETTINGS } from '../../model/index.ts'
import { check } from './check.ts'
import type { Kind } from './kind.ts'
import { REFERENCE, readReference } from './reference.ts'

const SPEC = DIRECTORY_SETTINGS.extend({
  enabled: z.boolean().default(true),
  position: z.int().min(0).max(1_000_000).exactOptional(),
  // A secret stands elsewhere: files like these are shown to many.
  secret: z.union(REFERENCE.options, 'must be {file: …} or {env: …}').exactOptional(),
})

/** `kind: Directory`: who vouches for account holders. */
export const directoryKind: Kind = {
  name: 'Directory',
  plural: 'directories',
  async read({ name, spec }, document, context) {
    const checked = check(SPEC, spec ?? {}, { document, at: ['spec'] })
    if (!checked.ok) return checked
    const { secret: reference, enabled, position, ...settings } = checked.value
    const { file } = document
    try {
      const secret = reference && (await readReference(reference, context)).replace(/\r?\n$/, '')
      const whole = { settings, enabled, position, secret }
      return {
        ok: true,
        object: {
          ...{ kind: 'Directory', name, file, line: document.lineOf([]) },
          apply: (api, doing) => api.applyDirectory(name, { ...whole, ...doing }),
        },
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const line = document.lineOf(['spec', 'secret'])
      return { ok: false, faults: [{ file, line, path: 'spec.secret', message: error.message }] }
    }
  },
  list: async (api) => (await api.listDirectories()).data.map(({ name }) => name),
  async remove(api, name) {
    await api.removeDirectory(name)
  },
  pull: async (api) =>
    (await api.listDirectories()).data.map(({ name, settings, enabled, position }) => ({
      ...{ name, attachments: [] },
      // Its secret is told to nobody: without one here, the server keeps what it has.
      spec: { ...settings, position, ...(enabled ? {} : { enabled }) },
    })),
}
