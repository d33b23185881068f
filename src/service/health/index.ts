import { type CheckOptions, ownChecks } from './checks.ts'
import { createHealth, type Health } from './health.ts'

export { within } from './deadline.ts'
export type { Health, HealthReport } from './health.ts'

/** Whether windfall can do its work, by all its checks. */
export const openHealth = (options: CheckOptions): Health =>
  createHealth({ clock: options.clock, checks: ownChecks(options) })
