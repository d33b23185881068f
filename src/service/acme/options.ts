import type { Outbound } from '../../client/outbound/index.ts'
import type { MasterKey } from '../../keys/index.ts'
import type { Clock } from '../../model/index.ts'
import type { Db } from '../../store/index.ts'

/** What getting certificates from an ACME CA needs. */
export interface AcmeOptions {
  readonly db: Db
  readonly masterKey: MasterKey
  readonly clock: Clock
  readonly directoryUrl: string
  /** The name that is certified. */
  readonly host: string
  /** Where the CA may write to. */
  readonly email: string | undefined
  readonly outbound: Outbound
  /** Milliseconds that one request to the CA may take. */
  readonly deadlineMs: number
}
