import { basename } from 'node:path'

/** How people call this program: `npx windfall` in a checkout or a project, `windfall` where it is installed. */
export const howToCall = (script = process.argv[1] ?? ''): string =>
  basename(script) === 'windfall' && !script.includes('node_modules') ? 'windfall' : 'npx windfall'
