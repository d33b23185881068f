import type { Target } from './target.ts'

// Loaded when asked for: most need no server.
const TARGETS: Readonly<Record<string, () => Promise<Target>>> = {
  der: async () => (await import('./der-target.ts')).openDerTarget(),
  cms: async () => (await import('./cms-target.ts')).openCmsTarget(),
  scep: async () => await (await import('./scep-target.ts')).openScepTarget(),
  plist: async () => (await import('./plist-target.ts')).openPlistTarget(),
  http: async () => await (await import('./http-target.ts')).openHttpTarget(),
}

export const TARGET_NAMES: readonly string[] = Object.keys(TARGETS)

export const openTarget = async (name: string): Promise<Target> => {
  const open = Object.hasOwn(TARGETS, name) ? TARGETS[name] : undefined
  if (open === undefined) throw new Error(`no target ${name}: ${TARGET_NAMES.join(', ')}`)
  return await open()
}
