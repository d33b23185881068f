import type { Target } from './target.ts'

// Loaded when asked for: most need no server.
const TARGETS: Readonly<Record<string, (databaseUrl?: string) => Promise<Target>>> = {
  der: async () => (await import('./der-target.ts')).openDerTarget(),
  cms: async () => (await import('./cms-target.ts')).openCmsTarget(),
  scep: async (url) => await (await import('./scep-target.ts')).openScepTarget(url),
  plist: async () => (await import('./plist-target.ts')).openPlistTarget(),
  http: async (url) => await (await import('./http-target.ts')).openHttpTarget(url),
}

export const TARGET_NAMES: readonly string[] = Object.keys(TARGETS)

/** `databaseUrl`: an empty PostgreSQL database for a target that is a server; without it SQLite. */
export const openTarget = async (name: string, databaseUrl?: string): Promise<Target> => {
  const open = Object.hasOwn(TARGETS, name) ? TARGETS[name] : undefined
  if (open === undefined) throw new Error(`no target ${name}: ${TARGET_NAMES.join(', ')}`)
  return await open(databaseUrl)
}
