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
  /** What the CA's own server must lead to, PEM; undefined: to a root that Node trusts. */
  readonly roots: string | undefined
}
