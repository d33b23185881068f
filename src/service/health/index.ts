import type { AcmeService } from '../acme/index.ts'
import { acmeUpstream } from './acme.ts'
import { type CheckOptions, ownChecks } from './checks.ts'
import { createHealth, type Health } from './health.ts'

export { within } from './deadline.ts'
export type { Health, HealthReport } from './health.ts'

interface HealthSources extends CheckOptions {
  /** Undefined: there is none. */
  readonly acme: AcmeService | undefined
}

/** Whether windfall can do its work, by all its checks; and how what it asks elsewhere has answered. */
export const openHealth = ({ acme, ...options }: HealthSources): Health =>
  createHealth({
    clock: options.clock,
    checks: ownChecks(options),
    upstreams: acme === undefined ? [] : [acmeUpstream(acme)],
  })
