import type { Connection, NamedConnection } from '../../model/index.ts'
import type { AcmeService } from '../acme/index.ts'
import { acmeUpstream } from './acme.ts'
import { type CheckOptions, DATABASE, ownChecks } from './checks.ts'
import { createHealth, type Health, type Upstream } from './health.ts'

export { within } from './deadline.ts'
export type { Health, HealthReport } from './health.ts'

interface HealthSources extends CheckOptions {
  /** Undefined: there is none. */
  readonly acme: AcmeService | undefined
  /** How it goes with the provider by which people sign in, if there is one. */
  readonly oidc: { connection(): Connection } | undefined
  /** Who vouches for account holders. */
  readonly directories: { connections(): Promise<readonly NamedConnection[]> }
  /** The mail server and the SMS gateway, if there are any. */
  readonly mail: { connection(): Connection } | undefined
  readonly sms: { connection(): Connection } | undefined
}

/** Whether windfall can do its work, by all its checks; and how what it asks elsewhere has answered. */
export const openHealth = ({
  acme,
  oidc,
  directories,
  mail,
  sms,
  ...options
}: HealthSources): Health => {
  const upstreams: Upstream[] = []
  if (acme !== undefined) upstreams.push(acmeUpstream(acme))
  for (const [name, client] of Object.entries({ oidc, mail, sms })) {
    if (client !== undefined) upstreams.push({ name, read: async () => client.connection() })
  }
  const { clock } = options
  return createHealth({
    ...{ clock, checks: ownChecks(options), remote: [DATABASE], upstreams },
    more: () => directories.connections(),
  })
}
