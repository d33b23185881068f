import type { AcmeService } from '../acme/index.ts'
import type { Upstream } from './health.ts'

/** The ACME CA, as it answered the last time that one of the servers asked. */
export const acmeUpstream = (acme: AcmeService): Upstream => ({
  name: 'acme',
  async read() {
    const { schedule } = await acme.status()
    const { failures = 0, lastSuccessAt = null, lastFailure = null } = schedule ?? {}
    const isUntried = failures === 0 && lastSuccessAt === null
    return {
      state: isUntried ? 'untried' : failures === 0 ? 'up' : 'down',
      // Only the last of each is written down.
      since: undefined,
      lastSuccess: lastSuccessAt ?? undefined,
      lastError: lastFailure ?? undefined,
    }
  },
})
